using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.AspNetCore.Captcha.Waiting;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>The part of <see cref="BouncerHttpOptionsValidator"/> that is about captchas.</summary>
internal static class CaptchaOptionsCheck
{
    private static readonly TimeSpan ShortestClearance = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestClearance = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromMilliseconds(100);
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(30);

    internal static void Run(BouncerHttpOptions options, IHostEnvironment? environment, List<string> errors)
    {
        const string Section = "Bouncer:Http:Captcha";
        var captcha = options.Captcha;
        CheckDifficulty($"{Section}:Difficulty", captcha.Difficulty, errors);
        CheckTime($"{Section}:ClearanceLifetime", captcha.ClearanceLifetime, ShortestClearance, LongestClearance, errors);
        CheckTime($"{Section}:Timeout", captcha.Timeout, ShortestTimeout, LongestTimeout, errors);
        if (captcha.WaitWithoutScript is { } wait)
        {
            CheckTime($"{Section}:WaitWithoutScript", wait, ShortestWait, WaitTicket.LongestWait, errors);
        }

        if (string.IsNullOrWhiteSpace(captcha.Provider))
        {
            errors.Add($"{Section}:Provider is empty; use 'local' for the captcha that needs no other service.");
        }

        foreach (var (name, service) in captcha.Providers)
        {
            CaptchaServiceOptionsValidator.Validate(name, service, $"{Section}:Providers:{name}", environment, errors);
        }

        foreach (var (policy, settings) in options.Policies)
        {
            CheckDifficulty($"Bouncer:Http:Policies:{policy}:Captcha:Difficulty", settings.Captcha.Difficulty ?? captcha.Difficulty, errors);
        }
    }

    private static void CheckDifficulty(string key, int difficulty, List<string> errors)
    {
        if (difficulty is < 1 or > 10)
        {
            errors.Add($"{key} is {difficulty}; it is 1 to 10.");
        }
    }

    private static void CheckTime(string key, TimeSpan time, TimeSpan shortest, TimeSpan longest, List<string> errors)
    {
        if (time < shortest || time > longest)
        {
            errors.Add($"{key} is {time:c}; it is {shortest:c} to {longest:c}.");
        }
    }
}

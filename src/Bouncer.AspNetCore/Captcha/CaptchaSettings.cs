using System.Collections.Frozen;
using Bouncer.AspNetCore.Captcha.Waiting;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>One valid state of the captcha's settings. Immutable.</summary>
internal sealed record CaptchaSettings
{
    internal required string PathPrefix { get; init; }

    internal required TimeSpan ClearanceLifetime { get; init; }

    internal required TimeSpan Timeout { get; init; }

    internal required bool FallbackToLocal { get; init; }

    /// <summary>How long a client without JavaScript waits; null if that gains nothing.</summary>
    internal required TimeSpan? Wait { get; init; }

    internal required CaptchaTask Default { get; init; }

    internal required FrozenDictionary<string, CaptchaTask> OfPolicies { get; init; }

    internal required Page Page { get; init; }

    /// <summary>The page on which a client waits.</summary>
    internal required Page WaitPage { get; init; }

    internal static CaptchaSettings Create(SettingsSource source)
    {
        var (options, captcha) = (source.Options, source.Options.Captcha);
        return new CaptchaSettings
        {
            PathPrefix = options.PathPrefix,
            ClearanceLifetime = captcha.ClearanceLifetime,
            Timeout = captcha.Timeout,
            FallbackToLocal = captcha.FallbackToLocal,
            Wait = captcha.WaitWithoutScript,
            Default = TaskOf(options.DefaultPolicy.Captcha, captcha),
            OfPolicies = options.Policies.ToFrozenDictionary(
                static policy => policy.Key, policy => TaskOf(policy.Value.Captcha, captcha), StringComparer.OrdinalIgnoreCase),
            Page = CaptchaDocument.CreatePage(source.Pages),
            WaitPage = WaitDocument.CreatePage(source.Pages),
        };
    }

    internal CaptchaTask Of(string? policy) => policy is null ? Default : OfPolicies.GetValueOrDefault(policy, Default);

    private static CaptchaTask TaskOf(PolicyCaptchaOptions policy, CaptchaOptions captcha) =>
        new(policy.Provider ?? captcha.Provider, policy.Difficulty ?? captcha.Difficulty);
}

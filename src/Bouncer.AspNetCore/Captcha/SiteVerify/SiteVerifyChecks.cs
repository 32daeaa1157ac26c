using System.Globalization;
using System.Text;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Checks that a positive answer is for this site and action, has a sufficient score, and is fresh.</summary>
internal static class SiteVerifyChecks
{
    /// <summary>Services accept a token for two to five minutes.</summary>
    internal static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(5);

    internal static CaptchaVerdict Judge(SiteVerifySettings settings, SiteVerifyAnswer answer, CaptchaContext context, DateTimeOffset now) =>
        answer.Success
        && IsHost(settings.Service, settings.Hostname ?? context.Host, answer.Hostname)
        && (!settings.Service.TellsAction || answer.Action == context.Action)
        && (!settings.Service.TellsScore || answer.Score >= settings.MinScore)
        && IsFresh(settings.Service, answer.SolvedAt, now)
            ? new CaptchaVerdict(IsSolved: true, answer.SolvedAt > now ? now : answer.SolvedAt)
            : default;

    private static bool IsHost(SiteVerifyService service, string expected, string? told) =>
        told is null ? !service.TellsHostAndTime : AsciiOf(told).Equals(AsciiOf(expected), StringComparison.OrdinalIgnoreCase);

    /// <summary>Services, settings and browsers use either form of an internationalised name.</summary>
    private static string AsciiOf(string host)
    {
        try
        {
            return Ascii.IsValid(host) ? host : new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException)
        {
            // The name has no ASCII form, so no browser sends it.
            return host;
        }
    }

    private static bool IsFresh(SiteVerifyService service, DateTimeOffset? solvedAt, DateTimeOffset now) =>
        solvedAt is not { } at ? !service.TellsHostAndTime : now - at <= MaxAge && at - now <= ClockDifference;
}

using System.Text.RegularExpressions;
using Bouncer.Configuration;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Validates the site's details.</summary>
internal static partial class SiteOptionsValidator
{
    private const int LongestName = 100;
    private const int LongestUrl = 2000;
    private const int LongestEmail = 254;

    internal static void Validate(SiteOptions site, SettingErrors errors)
    {
        if (site.Name is { } name && (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl)))
        {
            errors.Add("Name", $"is not a name of 1 to {LongestName} characters without control characters.");
        }

        if (site.ContactEmail is { } email && (email.Length > LongestEmail || !Email().IsMatch(email)))
        {
            errors.Add("ContactEmail", $"is not a plain address of up to {LongestEmail} characters; write one like help@example.org, with ASCII letters, digits and . _ + - before the @.");
        }

        ValidateUrl("ContactUrl", site.ContactUrl, errors);
        ValidateUrl("PrivacyUrl", site.PrivacyUrl, errors);
    }

    private static void ValidateUrl(string key, string? url, SettingErrors errors)
    {
        if (url is not null && (url.Length > LongestUrl || url.AsSpan().ContainsAnyExceptInRange('!', '~') || url.AsSpan().ContainsAny("\\\"<>") || !(IsPath(url) || IsAbsolute(url))))
        {
            errors.Add(key, $"is not a link of up to {LongestUrl} visible ASCII characters; write a URL like https://example.org/contact, without user, or a path of the site like /contact.");
        }
    }

    private static bool IsPath(string url) => url is ['/'] or ['/', not '/', ..];

    private static bool IsAbsolute(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var absolute)
        && (absolute.Scheme == Uri.UriSchemeHttps || absolute.Scheme == Uri.UriSchemeHttp)
        && url.StartsWith(absolute.Scheme + "://", StringComparison.OrdinalIgnoreCase)
        && absolute.Host.Length > 0
        && absolute.UserInfo.Length == 0;

    [GeneratedRegex(
        @"\A[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\z",
        RegexOptions.NonBacktracking)]
    private static partial Regex Email();
}

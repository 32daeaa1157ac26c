using System.Text.Encodings.Web;
using Bouncer.AspNetCore.Clearance;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Describes which cookie a captcha uses, and which other hosts learn about the visitor.</summary>
internal static class CaptchaPrivacy
{
    /// <summary>The hosts from which a widget loads.</summary>
    internal static IEnumerable<string> HostsOf(CaptchaWidget widget) => widget.Script is not { } script ? [] :
        widget.Origins.Select(HostOf).Prepend(script.Host).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>The hosts other than this one from which a widget loads.</summary>
    internal static IReadOnlyList<string> HostsOf(CaptchaWidget widget, HttpRequest request) =>
        [.. HostsOf(widget).Where(host => !host.Equals(RequestHost.NameOf(request), StringComparison.OrdinalIgnoreCase))];

    /// <summary>The page's privacy line, as HTML.</summary>
    internal static string LineOf(PageTemplate template, HttpRequest request, IReadOnlyList<string> hosts)
    {
        var line = template.Text(hosts.Count == 0 ? "privacy" : "privacyOthers").Replace("{cookie}", ClearanceCookie.PrefixFor(request) + "…", StringComparison.Ordinal);
        return hosts.Count == 0 ? line : line.Replace("{hosts}", HtmlEncoder.Default.Encode(string.Join(", ", hosts)), StringComparison.Ordinal);
    }

    /// <summary>The host of an origin, which may have wildcards and a path.</summary>
    private static string HostOf(string origin)
    {
        var host = origin.AsSpan(origin.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0);
        host = host.IndexOf('/') is >= 0 and var path ? host[..path] : host;
        host = host.LastIndexOf(':') is var port && port > host.LastIndexOf(']') ? host[..port] : host;
        return (host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host).ToString();
    }
}

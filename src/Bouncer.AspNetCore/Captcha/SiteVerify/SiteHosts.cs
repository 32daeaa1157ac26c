using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Decides which hosts belong to the site. A client chooses both the host that it names and the page on which a token is
/// solved, so their agreement alone shows nothing. Thread-safe.</summary>
/// <param name="provider">The provider's name.</param>
/// <param name="logger">Logs once if nothing names the site's hosts.</param>
internal sealed class SiteHosts(string provider, ILogger logger)
{
    private int _isTold;

    /// <summary>Whether the application accepts requests for a host (<c>AllowedHosts</c>). The framework may have checked it
    /// before a forwarded header changed it.</summary>
    internal bool IsAllowed(CaptchaContext context)
    {
        var allowed = context.HttpContext.RequestServices?.GetService<IOptionsMonitor<HostFilteringOptions>>()?.CurrentValue.AllowedHosts;
        if (allowed is { Count: > 0 } && !allowed.Any(IsAny))
        {
            return HostString.MatchesAny(context.Host, [.. allowed.Select(static host => new StringSegment(new HostString(host).ToUriComponent()))]);
        }

        if (Interlocked.Exchange(ref _isTold, 1) == 0)
        {
            logger.CaptchaHostsUnnamed(provider);
        }

        return true;
    }

    /// <summary>The hosts that the framework's filter takes as "any".</summary>
    private static bool IsAny(string host) => host is "*" or "[::]" or "0.0.0.0";
}

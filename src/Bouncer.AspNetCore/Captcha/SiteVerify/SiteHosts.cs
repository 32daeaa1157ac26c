using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Which hosts are the site's. A client chooses the host that it names as well as the page on which a token is solved, so
/// that the two agree shows nothing by itself. Safe for any number of threads.</summary>
/// <param name="provider">The provider's name.</param>
/// <param name="logger">Where it is said, once, that nothing names the site's hosts.</param>
internal sealed class SiteHosts(string provider, ILogger logger)
{
    private int _isTold;

    /// <summary>Whether the application takes requests for a host (<c>AllowedHosts</c>). They may have been let through before a
    /// forwarded header changed it.</summary>
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

    /// <summary>As the framework's filter has it.</summary>
    private static bool IsAny(string host) => host is "*" or "[::]" or "0.0.0.0";
}

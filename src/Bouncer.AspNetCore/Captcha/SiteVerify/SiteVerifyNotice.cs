using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Logs what each captcha service that a policy uses receives, at the start and when a reload changes it.</summary>
internal sealed class SiteVerifyNotice(HttpSettingsProvider provider, ILogger<SiteVerifyNotice> logger) : SettingsObserver(provider)
{
    private Flow[] _told = [];

    protected override void Look(HttpSettings settings)
    {
        var captcha = settings.Of<CaptchaSettings>();
        Flow[] flows = [.. captcha.OfPolicies.Values.Prepend(captcha.Default).Select(static one => one.Provider).Distinct().SelectMany(Flow.Of)];
        foreach (var flow in flows.Except(Interlocked.Exchange(ref _told, flows)))
        {
            logger.UsesCaptchaService(flow.Provider, flow.Hosts, flow.Service, flow.HasAddress ? "with" : "without");
        }
    }

    private sealed record Flow(string Provider, string Hosts, string Service, bool HasAddress)
    {
        internal static IEnumerable<Flow> Of(NamedProvider named) => named.Provider is not SiteVerifyProvider { Settings: var settings } ? [] :
        [
            new(
                named.Name,
                string.Join(", ", CaptchaPrivacy.HostsOf(named.Widget)),
                settings.CheckedAt.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) + "/",
                settings.HasAddress),
        ];
    }
}

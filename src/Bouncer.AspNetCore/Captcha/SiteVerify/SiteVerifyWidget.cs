using Microsoft.AspNetCore.WebUtilities;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Creates the page's widget from a service's settings.</summary>
internal static class SiteVerifyWidget
{
    internal static CaptchaWidget Create(SiteVerifySettings settings)
    {
        var service = settings.Service;
        var attributes = new Dictionary<string, string>(service.Attributes) { ["data-sitekey"] = settings.SiteKey };
        var address = service.AddressAttribute is null ? null : AddressOf(service, settings);
        if (address is not null)
        {
            attributes[service.AddressAttribute!] = address.AbsoluteUri;
        }

        return new CaptchaWidget
        {
            Field = settings.Field ?? service.Field,
            Script = ScriptOf(service, settings),
            IsModule = service.IsModule,
            IsInvisible = service.IsInvisible,
            ElementName = settings.ElementName ?? service.ElementName,
            ElementClass = settings.ElementClass ?? service.ElementClass,
            Attributes = attributes,
            Origins = [.. service.Origins.Concat(new[] { settings.Script, address }.OfType<Uri>().Select(static url => url.GetLeftPart(UriPartial.Authority))).Distinct()],
        };
    }

    private static Uri? ScriptOf(SiteVerifyService service, SiteVerifySettings settings) =>
        (settings.Script ?? service.Script) is { } script && service.IsInvisible
            ? new Uri(QueryHelpers.AddQueryString(script.AbsoluteUri, "render", settings.SiteKey))
            : settings.Script ?? service.Script;

    /// <summary>The address of the widget's service: for a self-hosted one the address that checks solutions, unless the settings
    /// say otherwise.</summary>
    private static Uri? AddressOf(SiteVerifyService service, SiteVerifySettings settings) =>
        settings.WidgetEndpoint ?? (service.Endpoint is null && settings.Endpoint is { } own ? new Uri(own, ".") : null);
}

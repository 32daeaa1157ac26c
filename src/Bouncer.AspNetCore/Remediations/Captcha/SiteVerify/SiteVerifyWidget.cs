namespace Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;

internal static class SiteVerifyWidget
{
    internal static CaptchaWidget Create(SiteVerifyService service, SiteVerifySettings settings)
    {
        var attributes = new Dictionary<string, string>(service.Attributes) { ["data-sitekey"] = settings.SiteKey };
        if (service.TellsAction)
        {
            attributes["data-action"] = SiteVerifyService.Action;
        }

        return new CaptchaWidget
        {
            Field = settings.Field ?? service.Field,
            Script = settings.Script ?? service.Script,
            ElementClass = settings.ElementClass ?? service.ElementClass,
            Attributes = attributes,
            Origins = settings.Script is { } script ? [.. service.Origins, script.GetLeftPart(UriPartial.Authority)] : service.Origins,
        };
    }
}

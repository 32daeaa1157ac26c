using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>Shows the built-in page or the template of the settings.</summary>
internal sealed class TemplateBanPageRenderer(IBanSettingsSource settings) : IBanPageRenderer
{
    public ValueTask RenderAsync(HttpContext context, string reference) => settings.Current.Page.WriteAsync(context, reference);
}

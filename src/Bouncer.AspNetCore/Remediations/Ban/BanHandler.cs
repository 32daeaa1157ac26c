using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>Refuses a client.</summary>
internal sealed class BanHandler(IBanSettingsSource settings, IBanPageRenderer page, RefusalWriter refusals) : IRemediationHandler
{
    private readonly Func<HttpContext, string, ValueTask> _page = page.RenderAsync;

    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        await refusals.WriteAsync(context.HttpContext, settings.Current.Refusal, _page);
        return RemediationResult.Handled;
    }
}

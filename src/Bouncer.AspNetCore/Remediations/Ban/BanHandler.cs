using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>Refuses a client.</summary>
internal sealed class BanHandler(IBanSettingsSource settings, IBanPageRenderer page, RefusalWriter refusals) : IRemediationHandler
{
    private readonly Func<HttpContext, string, string, ValueTask> _page = (http, reference, _) => page.RenderAsync(http, reference);

    // The request alone, for what an async method is given may have to move to the heap.
    public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => RefuseAsync(context.HttpContext);

    private async ValueTask<RemediationResult> RefuseAsync(HttpContext http)
    {
        await refusals.WriteAsync(http, settings.Current.Refusal, _page);
        return RemediationResult.Handled;
    }
}

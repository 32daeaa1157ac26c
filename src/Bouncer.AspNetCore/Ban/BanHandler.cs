using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Ban;

/// <summary>Refuses a client, with the page of the settings or of the application.</summary>
internal sealed class BanHandler(RefusalWriter refusals, IBanPageRenderer? renderer = null) : IRemediationHandler
{
    public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var refusal = context.Settings.Of<BanSettings>().Refusal;
        return RefuseAsync(
            context.HttpContext,
            renderer is null ? refusal : refusal with { Page = (http, reference, _) => renderer.RenderAsync(http, reference) });
    }

    // Apart, for what an async method is given may have to move to the heap.
    private async ValueTask<RemediationResult> RefuseAsync(HttpContext http, Refusal refusal)
    {
        await refusals.WriteAsync(http, refusal);
        return RemediationResult.Handled;
    }
}

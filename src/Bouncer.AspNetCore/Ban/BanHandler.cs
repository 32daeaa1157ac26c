using System.Globalization;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Ban;

/// <summary>Refuses a client.</summary>
internal sealed class BanHandler(RefusalWriter refusals) : IRemediationHandler
{
    public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        if (context.Prescribed?.RetryAfter is { } seconds)
        {
            context.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        // The refusal has a body.
        var status = context.Prescribed is { CanHaveBody: true } prescribed ? prescribed.StatusCode : default(int?);
        return RefuseAsync(context.HttpContext, context.Settings.Of<BanSettings>().RefusalWith(status));
    }

    // Two methods, as the parameters of an async method may move to the heap, and the context is large.
    private async ValueTask<RemediationResult> RefuseAsync(HttpContext http, Refusal refusal)
    {
        await refusals.WriteAsync(http, refusal);
        return RemediationResult.Handled;
    }
}

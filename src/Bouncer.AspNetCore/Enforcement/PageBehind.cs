using Bouncer.AspNetCore.Remediations;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>One of the bouncer's own pages, for a client that a handler may refuse or slow down before.</summary>
internal sealed class PageBehind(IRemediationHandler handler, IOwnPage page) : IRemediationHandler
{
    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        var result = await handler.HandleAsync(context);
        return result == RemediationResult.Handled ? result : await page.HandleAsync(context);
    }
}

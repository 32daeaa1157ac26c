using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Refuses a request whose client's address cannot be determined, which is the fault of the sender or of a
/// proxy.</summary>
internal sealed class UnresolvedHandler(RefusalWriter refusals) : IRemediationHandler
{
    public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
    {
        await refusals.WriteAsync(context.HttpContext, context.Settings.Of<UnresolvedSettings>().Refusal);
        return RemediationResult.Handled;
    }
}

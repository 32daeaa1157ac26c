namespace Bouncer.AspNetCore.Requests;

internal sealed class DelegateHandler(Func<RemediationContext, ValueTask<RemediationResult>> handle) : IRemediationHandler
{
    public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => handle(context);
}

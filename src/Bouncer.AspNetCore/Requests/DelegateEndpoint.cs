namespace Bouncer.AspNetCore.Requests;

internal sealed class DelegateEndpoint(string path, Func<RemediationContext, ValueTask<RemediationResult>> handle) : IBouncerEndpoint
{
    public string Path => path;

    public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => handle(context);
}

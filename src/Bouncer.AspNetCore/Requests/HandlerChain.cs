namespace Bouncer.AspNetCore.Requests;

/// <summary>The handlers that have been called for a request, each by the one before it.</summary>
/// <param name="handler">The last of them.</param>
/// <param name="earlier">Those before it; null if there are none.</param>
internal sealed class HandlerChain(IRemediationHandler? handler, HandlerChain? earlier)
{
    internal bool Contains(IRemediationHandler other) => handler == other || earlier?.Contains(other) == true;
}

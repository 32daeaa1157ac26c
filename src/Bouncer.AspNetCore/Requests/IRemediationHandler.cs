namespace Bouncer.AspNetCore;

/// <summary>Carries a remediation out on a request. One instance serves all requests: safe for any number of threads.</summary>
/// <remarks>
/// Before the call the response's status is 403 and shared caches are told to store nothing, so that a handler that writes
/// nothing still refuses; after <see cref="RemediationResult.Continue"/> both are taken back. A handler that throws never
/// lets the request through: the client gets an empty 403, or loses its connection if the response had begun.
/// Resources that must live as long as the request belong into <c>Response.RegisterForDispose</c>.
/// </remarks>
public interface IRemediationHandler
{
    /// <summary>Treats one request.</summary>
    /// <param name="context">The request and the verdict on it.</param>
    /// <returns>Whether the response is done or the request goes on to the application.</returns>
    ValueTask<RemediationResult> HandleAsync(RemediationContext context);
}

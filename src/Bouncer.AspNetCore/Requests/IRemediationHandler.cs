namespace Bouncer.AspNetCore;

/// <summary>Applies a remediation to a request. One instance serves all requests and must be thread-safe.</summary>
/// <remarks> Before the call, the response's status is set to 403 and its headers forbid caching, so that a handler that writes
/// nothing still refuses the request; after <see cref="RemediationResult.Continue"/> both are reverted. If a handler throws, the
/// request is never let through: the client gets an empty 403, or loses its connection if the response had started. Register
/// resources that must live as long as the request with <c>Response.RegisterForDispose</c>. </remarks>
public interface IRemediationHandler
{
    /// <summary>Handles one request.</summary>
    /// <param name="context">The request and the verdict on it.</param>
    /// <returns>Whether the response is complete or the request continues to the application.</returns>
    ValueTask<RemediationResult> HandleAsync(RemediationContext context);
}

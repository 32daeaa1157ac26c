using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Finds a client's value in a scope that is not of addresses: its country, its autonomous system, a tenant. One
/// instance serves all requests and must be thread-safe.</summary>
/// <remarks>
/// Called while decisions of the scope are held, and for requests that open a stream (a WebSocket, an event stream, gRPC), which
/// a later decision may end (<see cref="BanOptions.EndOpenConnections"/>); never in live mode, and not for clients that are
/// banned anyway. It is called before the application's own middleware: use <c>context.AuthenticateAsync()</c> to find the
/// signed-in user. If it throws, nothing is known about the client, and the policy's <c>WhenUnavailable</c> decides.
/// </remarks>
public interface IScopeResolver
{
    /// <summary>Finds the client's value.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Canceled when the client disconnects.</param>
    /// <returns>The value, compared without case for countries and autonomous systems and exactly for all others; null if the
    /// client has none.</returns>
    ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken);
}

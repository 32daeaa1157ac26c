using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Finds by which value a client is known in a scope that is no address: its country, its autonomous system, a tenant.
/// One instance serves all requests: safe for any number of threads.</summary>
/// <remarks>
/// Asked while decisions of the scope are held, and for requests that open a stream (a WebSocket, an event stream, gRPC), which a
/// later decision may end (<see cref="BanOptions.EndOpenConnections"/>); never in live mode, and not for clients that are banned anyway. Before
/// the application's own middleware: whoever is signed in is found with <c>context.AuthenticateAsync()</c>. If it throws, nothing
/// is known of the client, and the policy's <c>WhenUnavailable</c> decides.
/// </remarks>
public interface IScopeResolver
{
    /// <summary>Finds the client's value.</summary>
    /// <param name="context">The request.</param>
    /// <param name="cancellationToken">Ends when the client is gone.</param>
    /// <returns>The value, compared without case for countries and autonomous systems and exactly for all others; null if the
    /// client has none.</returns>
    ValueTask<string?> ResolveAsync(HttpContext context, CancellationToken cancellationToken);
}

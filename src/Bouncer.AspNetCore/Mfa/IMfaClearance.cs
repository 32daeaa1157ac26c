using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Tells the bouncer that a user showed a second factor, if the session itself does not contain that. For the
/// application's page that accepts a code or a passkey. Needs <c>AddBouncer</c>. Thread-safe.</summary>
public interface IMfaClearance
{
    /// <summary>Gives the user's browser a ticket for <see cref="MfaOptions.MaxAge"/>, at most an hour and no longer than the
    /// decision in effect. It is bound to user, session, client address (IPv6: the /64) and host, and is worthless after the next
    /// sign-in.</summary>
    /// <param name="context">The request in which the factor was shown; its response has not started.</param>
    /// <param name="user">The user who showed it: <c>context.User</c>, or the one that this request has just signed in.</param>
    ValueTask GrantAsync(HttpContext context, ClaimsPrincipal user);

    /// <summary>Revokes the session's tickets: for the page that signs users out. The browser's cookie is deleted, and this process
    /// no longer accepts copies of it or earlier tickets of the session. The user's other sessions keep theirs.</summary>
    /// <remarks>Other replicas, and this one after a restart, do not know about the revocation: they accept a copy of a ticket
    /// until it ends, at most an hour, but only together with a copy of the session's own cookie and from the same
    /// client.</remarks>
    /// <param name="context">The request, before or after the user is signed out; its response has not started.</param>
    ValueTask RevokeAsync(HttpContext context);
}

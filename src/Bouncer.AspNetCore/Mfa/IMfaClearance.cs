using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Tells the bouncer that a user showed a second factor, where the session itself does not say so: for the page of the
/// application that takes a code or a passkey. Needs <c>AddBouncer</c>. Safe for any number of threads.</summary>
public interface IMfaClearance
{
    /// <summary>Gives the user's browser a ticket for <see cref="MfaOptions.MaxAge"/>, at most an hour and no longer than the
    /// decision in force. It is bound to user, session, client address (IPv6: the /64) and host: after the next sign-in it is
    /// worth nothing.</summary>
    /// <param name="context">The request in which the factor was shown; its response has not started.</param>
    /// <param name="user">The user who showed it: <c>context.User</c>, or the one that this request has just signed in.</param>
    ValueTask GrantAsync(HttpContext context, ClaimsPrincipal user);

    /// <summary>Takes the session's tickets back: for the page that signs users out. The browser's cookie is deleted, and copies of
    /// it, and earlier tickets of the session, are worth nothing in this process any more. The user's other sessions keep
    /// theirs.</summary>
    /// <remarks>Another replica, and this one after a restart, does not know of it: there a copy counts until it ends, at most an
    /// hour, together with a copy of the session's own cookie and for the same client only.</remarks>
    /// <param name="context">The request, before or after the user is signed out; its response has not started.</param>
    ValueTask RevokeAsync(HttpContext context);
}

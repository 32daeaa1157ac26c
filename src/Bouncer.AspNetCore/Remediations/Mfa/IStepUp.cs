using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Tells the bouncer that a user showed a second factor, where the session itself does not say so: for the page of the
/// application that takes a code or a passkey. Needs <c>AddBouncer</c>. Safe for any number of threads.</summary>
public interface IStepUp
{
    /// <summary>Gives the user's browser a ticket for <see cref="MfaOptions.MaxAge"/>, at most an hour and no longer than the
    /// decision in force. It is bound to user, client address (IPv6: the /64) and host.</summary>
    /// <param name="context">The request in which the factor was shown; its response has not started.</param>
    /// <param name="user">The user who showed it: <c>context.User</c>, or whoever was just signed in.</param>
    void Grant(HttpContext context, ClaimsPrincipal user);
}

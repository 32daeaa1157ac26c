using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Stands before an application's own verifier of one-time codes, so that a code can be neither guessed nor used twice:
/// ASP.NET Core Identity's accepts one and the same code for some 150 seconds, and as often as it is shown. Safe for any number
/// of threads.</summary>
/// <remarks>
/// After five wrong codes the next is looked at in 30 seconds only, then in 1, 2, 4… minutes: up to an hour for one user,
/// whoever tries, and up to five minutes for one client, whatever users it tries. As long as the longest delay forgives one wrong
/// code. The clients of one network, an IPv4 /24 or an IPv6 /48, may fail 100 times together, and then once a minute. What is known is held in this process, within fixed bounds: a code used on one replica is not known to another, so give
/// replicas an implementation of your own, or have one browser's requests meet one replica. Neither users nor codes are logged.
/// </remarks>
public interface IOneTimeCodeGuard
{
    /// <summary>Has a code checked, unless it was used before or too many wrong ones came.</summary>
    /// <param name="context">The request that brings it.</param>
    /// <param name="user">The account's own key, always written alike.</param>
    /// <param name="code">The code as it was typed. Blanks and the like do not make it another code.</param>
    /// <param name="verify">The application's verifier. Called at most once; what it throws goes to the caller.</param>
    ValueTask<OneTimeCodeResult> VerifyOnceAsync(HttpContext context, string user, string code, Func<string, ValueTask<bool>> verify);
}

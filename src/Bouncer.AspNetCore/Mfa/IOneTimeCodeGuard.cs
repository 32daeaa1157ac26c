using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore;

/// <summary>Protects an application's verifier of one-time codes against guessing and replay. The verifier of ASP.NET Core Identity
/// accepts the same code any number of times for about 150 seconds. Thread-safe.</summary>
/// <remarks> After five wrong codes the next is checked only after 30 seconds, then after 1, 2, 4… minutes: up to an hour for one
/// user, across all clients, and up to five minutes for one client, across all users. One wrong code is forgiven after the longest
/// delay without another. The clients of one network, an IPv4 /24 or an IPv6 /48, may fail 100 times together, and then once a
/// minute. The state is held in this process, within fixed bounds: a code used on one replica is unknown to another, so give
/// replicas your own implementation, or route a browser's requests to one replica. Neither users nor codes are logged. </remarks>
public interface IOneTimeCodeGuard
{
    /// <summary>Checks a code, unless it was used before or there were too many wrong ones.</summary>
    /// <param name="context">The request that contains it.</param>
    /// <param name="user">The account's unique key, always in the same form.</param>
    /// <param name="code">The code as typed. White space, signs and leading zeros do not make it a different code.</param>
    /// <param name="verify">The application's verifier. Called at most once; its exceptions are passed to the caller.</param>
    ValueTask<OneTimeCodeResult> VerifyOnceAsync(HttpContext context, string user, string code, Func<string, ValueTask<bool>> verify);
}

using Microsoft.Extensions.DependencyInjection;
using Bouncer.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Limits how many challenges one client gets, how many of its solutions are checked, and how many of them at once: each
/// costs something. The limits are generous, as many visitors may share an address.</summary>
internal sealed class CaptchaLimiter([FromKeyedServices(GcraRateLimiter.OfChallenges)] GcraRateLimiter table)
{
    private const string RetryAfterSeconds = "10";

    /// <summary>More than a neighbour behind the same address uses up with a request per second; low enough that challenges cost
    /// next to nothing.</summary>
    private static readonly Rate Rate = new(PermitLimit: 300, Window: TimeSpan.FromMinutes(1), Burst: 60);

    /// <summary>The rate of calls to a service for all clients of a network (an IPv4 /24, an IPv6 /48): twice that of a client,
    /// so that one alone does not lock out its neighbours. Services limit their callers as well, and for all visitors there is
    /// only one caller.</summary>
    private static readonly Rate OfNetwork = new(PermitLimit: 600, Window: TimeSpan.FromMinutes(1), Burst: 120);

    /// <summary>How long a client that met a fault is limited to one check at a time, at least.</summary>
    private static readonly TimeSpan ShortestSlow = TimeSpan.FromSeconds(30);

    /// <summary>The number of one client's solutions that are checked at once, so that it cannot occupy a slow service
    /// alone.</summary>
    internal const int Checks = 4;

    private readonly Dictionary<ClientKey, int> _checks = [];
    private readonly ulong _tasks = RateKey.Purpose("captcha tasks");
    private readonly ulong _solutions = RateKey.Purpose("captcha solutions");
    private readonly ulong _networks = RateKey.Purpose("captcha checks of a network");
    private readonly ulong _slow = RateKey.Purpose("captcha slow");

    internal bool MayHaveTask(in RemediationContext context) => TryTake(_tasks, context);

    internal bool MaySolve(in RemediationContext context) => TryTake(_solutions, context);

    /// <summary>Whether a provider may be called to check a solution; services limit the number of calls.</summary>
    /// <remarks>All clients without an address count as one client, whose own rate limits them.</remarks>
    internal bool MayAsk(NamedProvider provider, ClientKey sender) =>
        !provider.IsProbed || sender.IsEmpty || table.TryTake(RateKey.Of(_networks, sender.Network), OfNetwork, out _);

    /// <summary>Begins the check of a solution.</summary>
    /// <param name="sender">The client that sends it.</param>
    /// <param name="holder">The client for which it was issued: its referral may have been shared with many.</param>
    /// <param name="timeout">The longest time that a check takes.</param>
    /// <returns>False if too many of either are being checked; if true, <see cref="EndCheck"/> must follow.</returns>
    internal bool TryBeginCheck(ClientKey sender, ClientKey holder, TimeSpan timeout)
    {
        lock (_checks)
        {
            if (!MayCheck(sender, timeout) || !MayCheck(holder, timeout))
            {
                return false;
            }

            Begin(sender);
            if (holder != sender)
            {
                Begin(holder);
            }

            return true;
        }
    }

    /// <param name="sender">As for <see cref="TryBeginCheck"/>.</param>
    /// <param name="holder">The same as there.</param>
    /// <param name="timeout">The same as there.</param>
    /// <param name="fault">Why the solution could not be checked; null if it could. After a fault, both clients are limited to
    /// one check at a time for a while, as their own checks may have overloaded the provider.</param>
    internal void EndCheck(ClientKey sender, ClientKey holder, TimeSpan timeout, string? fault)
    {
        lock (_checks)
        {
            End(sender, timeout, fault);
            if (holder != sender)
            {
                End(holder, timeout, fault);
            }
        }
    }

    /// <summary>Refuses without a body, as the most frequent requests must cost the least.</summary>
    internal static void Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = RetryAfterSeconds;
    }

    private bool TryTake(ulong purpose, in RemediationContext context) =>
        table.TryTake(RateKey.Of(purpose, ClientKey.Of(context.ClientAddress)), Rate, out _);

    /// <remarks>Not limited for clients without an address, which count as one and cannot be told apart.</remarks>
    private bool MayCheck(ClientKey client, TimeSpan timeout) =>
        client.IsEmpty || _checks.GetValueOrDefault(client) < (table.Used(RateKey.Of(_slow, client), Slow(timeout)) > 0 ? 1 : Checks);

    private void Begin(ClientKey client) => _checks[client] = _checks.GetValueOrDefault(client) + 1;

    private void End(ClientKey client, TimeSpan timeout, string? fault)
    {
        if (_checks[client] == 1)
        {
            _checks.Remove(client);
        }
        else
        {
            _checks[client]--;
        }

        if (fault is not (null or CaptchaFaults.Busy or CaptchaFaults.Open) && !client.IsEmpty)
        {
            table.TryTake(RateKey.Of(_slow, client), Slow(timeout), out _);
        }
    }

    /// <remarks>The two probes of <see cref="ProviderProbe"/> must not both meet a client's own checks: the probes and the time
    /// between them are over after three timeouts and a second.</remarks>
    private static Rate Slow(TimeSpan timeout) => new(PermitLimit: 1, Window: ShortestSlow > 4 * timeout ? ShortestSlow : 4 * timeout, Burst: 1);
}

using Microsoft.Extensions.DependencyInjection;
using Bouncer.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Keeps one client from having tasks set, or solutions checked, without end, and from having many checked at once: all
/// of it costs something. Generous, as many visitors may share an address.</summary>
internal sealed class CaptchaLimiter([FromKeyedServices(GcraRateLimiter.OfChallenges)] GcraRateLimiter table)
{
    private const string RetryAfterSeconds = "10";

    /// <summary>More than a neighbour behind the same address takes who asks every second; what a task costs us stays next to nothing.</summary>
    private static readonly Rate Rate = new(PermitLimit: 300, Window: TimeSpan.FromMinutes(1), Burst: 60);

    /// <summary>What all clients of a network (an IPv4 /24, an IPv6 /48) may have a service asked: as much as two of them, so that one
    /// alone does not keep its neighbours out. Services limit their callers, too, and we are one caller for all visitors.</summary>
    private static readonly Rate OfNetwork = new(PermitLimit: 600, Window: TimeSpan.FromMinutes(1), Burst: 120);

    /// <summary>For how long a client that met a fault has one check at a time.</summary>
    private static readonly TimeSpan ShortestSlow = TimeSpan.FromSeconds(30);

    /// <summary>So many solutions of one client are checked at once: a slow service is not its alone.</summary>
    internal const int Checks = 4;

    private readonly Dictionary<ClientKey, int> _checks = [];
    private readonly ulong _tasks = RateKey.Purpose("captcha tasks");
    private readonly ulong _solutions = RateKey.Purpose("captcha solutions");
    private readonly ulong _networks = RateKey.Purpose("captcha checks of a network");
    private readonly ulong _slow = RateKey.Purpose("captcha slow");

    internal bool MayHaveTask(in RemediationContext context) => TryTake(_tasks, context);

    internal bool MaySolve(in RemediationContext context) => TryTake(_solutions, context);

    /// <summary>Whether a provider may be asked about a solution, for which a service counts us.</summary>
    /// <remarks>All without an address are one client, and have its rate.</remarks>
    internal bool MayAsk(NamedProvider provider, ClientKey sender) =>
        !provider.IsProbed || sender.IsEmpty || table.TryTake(RateKey.Of(_networks, sender.Network), OfNetwork, out _);

    /// <summary>Begins to check a solution.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="holder">Whom it is for: that client's referral may be in many hands.</param>
    /// <param name="timeout">How long a check takes at most.</param>
    /// <returns>False if too many of either are being checked; else <see cref="EndCheck"/> must follow.</returns>
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
    /// <param name="holder">Likewise.</param>
    /// <param name="timeout">Likewise.</param>
    /// <param name="fault">Why the solution could not be checked; null if it could. The two then get one check at a time for a while:
    /// their own checks may be what the provider could not keep up with.</param>
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

    /// <summary>Refuses without a body: what comes too often must cost least.</summary>
    internal static void Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = RetryAfterSeconds;
    }

    private bool TryTake(ulong purpose, in RemediationContext context) =>
        table.TryTake(RateKey.Of(purpose, ClientKey.Of(context.ClientAddress)), Rate, out _);

    /// <remarks>All without an address are one, and are told apart by nothing.</remarks>
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

    /// <remarks>A client's own checks must not be what both probes of <see cref="ProviderProbe"/> meet: those and the time between
    /// them are over after three timeouts and a second.</remarks>
    private static Rate Slow(TimeSpan timeout) => new(PermitLimit: 1, Window: ShortestSlow > 4 * timeout ? ShortestSlow : 4 * timeout, Burst: 1);
}

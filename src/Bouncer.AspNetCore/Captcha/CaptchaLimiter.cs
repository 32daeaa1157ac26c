using Bouncer.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Keeps one client from having tasks set, or solutions checked, without end, and from having many checked at once: all
/// of it costs something. Generous, as many visitors may share an address.</summary>
internal sealed class CaptchaLimiter(RateTable table)
{
    private const string RetryAfterSeconds = "10";

    /// <summary>More than a neighbour behind the same address takes who asks every second; what a task costs us stays next to nothing.</summary>
    private static readonly Rate Rate = new(PermitLimit: 300, Window: TimeSpan.FromMinutes(1), Burst: 60);

    /// <summary>How long a client that met a fault has one check at a time.</summary>
    private static readonly Rate Slow = new(PermitLimit: 1, Window: TimeSpan.FromSeconds(30), Burst: 1);

    /// <summary>So many solutions of one client are checked at once: a slow service is not its alone.</summary>
    internal const int Checks = 4;

    private readonly Dictionary<ClientKey, int> _checks = [];
    private readonly ulong _tasks = RateKey.Purpose("captcha tasks");
    private readonly ulong _solutions = RateKey.Purpose("captcha solutions");
    private readonly ulong _slow = RateKey.Purpose("captcha slow");

    internal bool MayHaveTask(in RemediationContext context) => TryTake(_tasks, context);

    internal bool MaySolve(in RemediationContext context) => TryTake(_solutions, context);

    /// <summary>Begins to check a solution.</summary>
    /// <param name="sender">Who sends it.</param>
    /// <param name="holder">Whom it is for: that client's referral may be in many hands.</param>
    /// <returns>False if too many of either are being checked; else <see cref="EndCheck"/> must follow.</returns>
    internal bool TryBeginCheck(ClientKey sender, ClientKey holder)
    {
        lock (_checks)
        {
            if (!MayCheck(sender) || !MayCheck(holder))
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
    /// <param name="fault">Why the solution could not be checked; null if it could. The two then get one check at a time for a while:
    /// their own checks may be what the provider could not keep up with.</param>
    internal void EndCheck(ClientKey sender, ClientKey holder, string? fault)
    {
        lock (_checks)
        {
            End(sender, fault);
            if (holder != sender)
            {
                End(holder, fault);
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
    private bool MayCheck(ClientKey client) =>
        client.IsEmpty || _checks.GetValueOrDefault(client) < (table.Used(RateKey.Of(_slow, client), Slow) > 0 ? 1 : Checks);

    private void Begin(ClientKey client) => _checks[client] = _checks.GetValueOrDefault(client) + 1;

    private void End(ClientKey client, string? fault)
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
            table.TryTake(RateKey.Of(_slow, client), Slow, out _);
        }
    }
}

using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>Keeps one client from having tasks set, or solutions checked, without end, and from having many checked at once: all
/// of it costs something. Generous, as many visitors may share an address.</summary>
internal sealed class CaptchaLimiter(RateTable table)
{
    private const string RetryAfterSeconds = "60";

    private static readonly Rate Rate = new(PermitLimit: 60, Window: TimeSpan.FromMinutes(1), Burst: 60);

    /// <summary>So many solutions of one client are checked at once: a slow service is not its alone.</summary>
    internal const int Checks = 4;

    private readonly Dictionary<ClientKey, int> _checks = [];
    private readonly ulong _tasks = RateKey.Purpose("captcha tasks");
    private readonly ulong _solutions = RateKey.Purpose("captcha solutions");

    internal bool MayHaveTask(in RemediationContext context) => TryTake(_tasks, context);

    internal bool MaySolve(in RemediationContext context) => TryTake(_solutions, context);

    /// <summary>Begins to check a solution.</summary>
    /// <returns>False if too many of this client are being checked; else <see cref="EndCheck"/> must follow.</returns>
    internal bool TryBeginCheck(ClientKey client)
    {
        lock (_checks)
        {
            var begun = _checks.GetValueOrDefault(client);
            // All without an address are one, and are told apart by nothing.
            if (begun >= Checks && !client.IsEmpty)
            {
                return false;
            }

            _checks[client] = begun + 1;
            return true;
        }
    }

    internal void EndCheck(ClientKey client)
    {
        lock (_checks)
        {
            if (_checks[client] == 1)
            {
                _checks.Remove(client);
            }
            else
            {
                _checks[client]--;
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
}

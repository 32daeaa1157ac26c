using System.Text;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Passes each code to a verifier only once, and limits wrong ones. Thread-safe.</summary>
internal sealed class OneTimeCodeVerifier(TimeProvider time, ILogger<OneTimeCodeVerifier> logger)
{
    /// <summary>Recovery codes have about 10 characters; longer texts are not codes.</summary>
    private const int LongestCode = 64;

    private const int Free = 5;

    /// <summary>A network (an IPv4 /24, an IPv6 /48) may fail as often as this number of clients; it may contain
    /// 65,536.</summary>
    private const int ClientsOfNetwork = 20;

    private readonly Lock _lock = new();
    private readonly UsedCodeCache _used = new(time);
    private readonly HashSet<UInt128> _checking = [];
    private readonly FailedAttemptCounter _ofUsers = new(Free, TimeSpan.FromHours(1), time);
    private readonly FailedAttemptCounter _ofClients = new(Free, TimeSpan.FromMinutes(5), time);
    private readonly FailedAttemptCounter _ofNetworks = new(Free * ClientsOfNetwork, TimeSpan.FromMinutes(1), time);
    private readonly ulong _purpose = RateKey.Purpose("one-time codes");

    internal async ValueTask<OneTimeCodeResult> VerifyOnceAsync(string user, ClientKey client, string code, Func<string, ValueTask<bool>> verify)
    {
        var (ofUser, origin) = (RateKey.Of(Encoding.UTF8.GetBytes(user)), OriginOf(client));
        UInt128 digest;
        lock (_lock)
        {
            if (Delay(ofUser, origin) is { } delay)
            {
                return new(IsAccepted: false, delay);
            }

            _ofUsers.Count(ofUser);
            if (origin is { } counted)
            {
                _ofClients.Count(counted.Client);
                _ofNetworks.Count(counted.Network);
            }

            if (code.Length > LongestCode || _used.DigestOf(user, code) is not { } known || _used.Contains(known) || !_checking.Add(known))
            {
                return default;
            }

            digest = known;
        }

        var isRight = false;
        try
        {
            isRight = await verify(code);
        }
        finally
        {
            isRight = Finish(digest, isRight, ofUser, origin);
        }

        return new(isRight);
    }

    private bool Finish(UInt128 digest, bool isRight, ulong ofUser, Origin? origin)
    {
        lock (_lock)
        {
            _checking.Remove(digest);
            if (!isRight || !_used.TryAdd(digest))
            {
                Tell(ofUser, origin);
                return false;
            }

            _ofUsers.Clear(ofUser);
            if (origin is { } proven)
            {
                // Not cleared: an attacker with an account of their own could continue to guess the codes of others.
                _ofClients.Undo(proven.Client);
                _ofNetworks.Undo(proven.Network);
            }

            return true;
        }
    }

    private void Tell(ulong ofUser, Origin? origin)
    {
        Tell("user", _ofUsers.DelayOf(ofUser));
        if (origin is { } counted)
        {
            Tell("client", _ofClients.DelayOf(counted.Client));
            Tell("network", _ofNetworks.DelayOf(counted.Network));
        }
    }

    private void Tell(string whose, TimeSpan delay)
    {
        if (delay > TimeSpan.Zero)
        {
            logger.CodesLimited(whose, delay);
        }
    }

    /// <summary>The longest of the delays; null if there is none.</summary>
    private TimeSpan? Delay(ulong ofUser, Origin? origin)
    {
        var delay = _ofUsers.DelayOf(ofUser);
        if (origin is { } counted)
        {
            delay = new[] { delay, _ofClients.DelayOf(counted.Client), _ofNetworks.DelayOf(counted.Network) }.Max();
        }

        return delay > TimeSpan.Zero ? delay : null;
    }

    /// <summary>Null for clients without an address: they cannot be told apart and must not share a counter.</summary>
    private Origin? OriginOf(ClientKey client) =>
        client.IsEmpty ? null : new(RateKey.Of(_purpose, client), RateKey.Of(_purpose, client.Network));

    private readonly record struct Origin(ulong Client, ulong Network);
}

using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Mfa;

/// <summary>Lets a verifier see a code once, and few wrong ones. Safe for any number of threads.</summary>
internal sealed class CodeGuard(TimeProvider time, ILogger<CodeGuard> logger)
{
    /// <summary>Recovery codes have some 10 characters; longer texts are no codes.</summary>
    private const int LongestCode = 64;

    private readonly Lock _lock = new();
    private readonly UsedCodes _used = new(time);
    private readonly HashSet<UInt128> _checking = [];
    private readonly Attempts _ofUsers = new(TimeSpan.FromHours(1), time);
    private readonly Attempts _ofClients = new(TimeSpan.FromMinutes(5), time);

    internal async ValueTask<OneTimeCodeResult> TryUseAsync(string user, ClientKey client, string code, Func<string, ValueTask<bool>> verify)
    {
        // Both hashes are keyed anew with each process, so nobody can choose whose place to share.
        var (ofUser, ofClient) = (user.GetHashCode(StringComparison.Ordinal), HashOf(client));
        UInt128 digest;
        lock (_lock)
        {
            if (Delay(ofUser, ofClient) is { } delay)
            {
                return new(IsAccepted: false, delay);
            }

            _ofUsers.Count(ofUser);
            Count(ofClient);
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
            isRight = Finish(digest, isRight, ofUser, ofClient);
        }

        return new(isRight);
    }

    private bool Finish(UInt128 digest, bool isRight, int ofUser, int? ofClient)
    {
        lock (_lock)
        {
            _checking.Remove(digest);
            if (!isRight || !_used.TryAdd(digest))
            {
                Tell(ofUser, ofClient);
                return false;
            }

            _ofUsers.Clear(ofUser);
            if (ofClient is { } client)
            {
                // Not cleared: who has an account of his own could go on guessing at others'.
                _ofClients.Undo(client);
            }

            return true;
        }
    }

    private void Tell(int ofUser, int? ofClient)
    {
        if (_ofUsers.DelayOf(ofUser) is var ofUsers && ofUsers > TimeSpan.Zero)
        {
            logger.CodesLimited("user", ofUsers);
        }

        if (ofClient is { } client && _ofClients.DelayOf(client) is var ofClients && ofClients > TimeSpan.Zero)
        {
            logger.CodesLimited("client", ofClients);
        }
    }

    private TimeSpan? Delay(int ofUser, int? ofClient)
    {
        var users = _ofUsers.DelayOf(ofUser);
        var clients = ofClient is { } client ? _ofClients.DelayOf(client) : TimeSpan.Zero;
        return users > TimeSpan.Zero && users >= clients ? users : clients > TimeSpan.Zero ? clients : null;
    }

    private void Count(int? ofClient)
    {
        if (ofClient is { } client)
        {
            _ofClients.Count(client);
        }
    }

    /// <summary>Clients without an address share nothing: they are told apart by nothing.</summary>
    private static int? HashOf(ClientKey client)
    {
        if (client.IsEmpty)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[ClientKey.Length];
        client.TryWriteBytes(bytes);
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}

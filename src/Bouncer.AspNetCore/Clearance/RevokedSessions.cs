namespace Bouncer.AspNetCore.Clearance;

/// <summary>Remembers the sessions whose clearances were revoked, for as long as a clearance can last. Thread-safe.</summary>
/// <remarks>If there is no room for another session, all clearances that were granted until then are revoked: challenging a user
/// once more is better than forgetting a revocation.</remarks>
internal sealed class RevokedSessions(TimeProvider time)
{
    internal const int Most = 1 << 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, LinkedListNode<Revocation>> _revoked = [];
    private readonly LinkedList<Revocation> _oldestFirst = new();
    private long _all = long.MinValue;

    /// <summary>Revokes what a session was granted so far.</summary>
    /// <param name="session">The session.</param>
    /// <param name="newest">When its newest known clearance was granted, in milliseconds since 1970: by a clock that is ahead, this
    /// can be later than now.</param>
    internal void Add(UInt128 session, long newest)
    {
        lock (_lock)
        {
            Forget();
            var now = long.Max(newest, time.GetUtcNow().ToUnixTimeMilliseconds());
            if (_revoked.Remove(session, out var known))
            {
                now = long.Max(now, known.Value.At);
                _oldestFirst.Remove(known);
            }
            else if (_revoked.Count == Most)
            {
                _all = now;
                _oldestFirst.Clear();
                _revoked.Clear();
            }

            _revoked[session] = _oldestFirst.AddLast(new Revocation(session, now, time.GetTimestamp()));
        }
    }

    /// <summary>Whether a clearance was revoked.</summary>
    /// <param name="session">The session to which it was granted.</param>
    /// <param name="issuedAt">When it was granted, in milliseconds since 1970.</param>
    internal bool Has(UInt128 session, long issuedAt)
    {
        lock (_lock)
        {
            return issuedAt <= _all || (_revoked.TryGetValue(session, out var revocation) && issuedAt <= revocation.Value.At);
        }
    }

    private void Forget()
    {
        while (_oldestFirst.First is { } oldest && time.GetElapsedTime(oldest.Value.Timestamp) > ClearanceCookie.LongestLife)
        {
            _oldestFirst.Remove(oldest);
            _revoked.Remove(oldest.Value.Session);
        }
    }

    private readonly record struct Revocation(UInt128 Session, long At, long Timestamp);
}

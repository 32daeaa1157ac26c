namespace Bouncer.AspNetCore.Clearance;

/// <summary>Remembers whose clearances were taken back, for as long as one can last. Safe for any number of threads.</summary>
/// <remarks>When there is no room for another session, all that were granted until then are taken back: asking a user once more is
/// better than forgetting.</remarks>
internal sealed class RevokedSessions(TimeProvider time)
{
    internal const int Most = 1 << 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, LinkedListNode<Revocation>> _revoked = [];
    private readonly LinkedList<Revocation> _oldestFirst = new();
    private long _all = long.MinValue;

    /// <summary>Takes back what a session was granted until now.</summary>
    internal void Add(UInt128 session)
    {
        lock (_lock)
        {
            Forget();
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (_revoked.Remove(session, out var known))
            {
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

    /// <summary>Whether a clearance was taken back.</summary>
    /// <param name="session">For whom it was made.</param>
    /// <param name="issuedAt">When it was made, in milliseconds since 1970.</param>
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

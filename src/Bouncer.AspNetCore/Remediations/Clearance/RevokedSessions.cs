namespace Bouncer.AspNetCore.Remediations.Clearance;

/// <summary>Remembers whose clearances were taken back, for as long as one can last. Safe for any number of threads.</summary>
/// <remarks>When there is no room for another one, all that were granted until then are taken back: asking a user once more is
/// better than forgetting.</remarks>
internal sealed class RevokedSessions(TimeProvider time)
{
    internal const int Most = 1 << 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, long> _revoked = [];
    private readonly Queue<(UInt128 Session, long At, long Timestamp)> _order = new();
    private long _all = long.MinValue;

    /// <summary>Takes back what a session was granted until now.</summary>
    internal void Add(UInt128 session)
    {
        lock (_lock)
        {
            Forget();
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (_order.Count == Most)
            {
                _all = now;
                _order.Clear();
                _revoked.Clear();
            }

            _revoked[session] = now;
            _order.Enqueue((session, now, time.GetTimestamp()));
        }
    }

    /// <summary>Whether a clearance was taken back.</summary>
    /// <param name="session">For whom it was made.</param>
    /// <param name="issuedAt">When it was made, in milliseconds since 1970.</param>
    internal bool Has(UInt128 session, long issuedAt)
    {
        lock (_lock)
        {
            return issuedAt <= _all || (_revoked.TryGetValue(session, out var at) && issuedAt <= at);
        }
    }

    private void Forget()
    {
        while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Timestamp) > ClearanceCookie.LongestLife)
        {
            _order.Dequeue();
            if (_revoked.GetValueOrDefault(oldest.Session) == oldest.At)
            {
                _revoked.Remove(oldest.Session);
            }
        }
    }
}

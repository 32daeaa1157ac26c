namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>A bounded set of keys, each of which is held until its expiry, to detect a second use. Keys are grouped by the minute
/// in which they expire, and each group is dropped as a whole.</summary>
/// <remarks>When it is full, it refuses new keys and never removes one that has not expired. Not thread-safe.</remarks>
internal sealed class ExpiringSet(int capacity)
{
    private readonly Dictionary<long, HashSet<UInt128>> _minutes = [];
    private long _forgotten = long.MinValue;

    internal int Count { get; private set; }

    internal bool IsFull => Count >= capacity;

    /// <summary>Whether a key is held.</summary>
    internal bool Contains(UInt128 key, DateTimeOffset now)
    {
        Forget(now);
        return _minutes.Values.Any(held => held.Contains(key));
    }

    /// <summary>Adds a key; false if it is held, the set is full, or keys of that minute may have been forgotten.</summary>
    internal bool TryAdd(UInt128 key, DateTimeOffset until, DateTimeOffset now)
    {
        Forget(now);
        var minute = MinuteOf(until);

        // The clock may have been set back: keys of a minute that had expired before may have been forgotten.
        if (minute <= _forgotten || IsFull)
        {
            return false;
        }

        if (!_minutes.TryGetValue(minute, out var held))
        {
            _minutes[minute] = held = [];
        }

        var isNew = held.Add(key);
        Count += isNew ? 1 : 0;
        return isNew;
    }

    private static long MinuteOf(DateTimeOffset instant) => instant.UtcTicks / TimeSpan.TicksPerMinute;

    private void Forget(DateTimeOffset now)
    {
        var last = MinuteOf(now) - 1;
        if (last <= _forgotten)
        {
            return;
        }

        _forgotten = last;
        foreach (var over in _minutes.Keys.Where(minute => minute <= last).ToArray())
        {
            Count -= _minutes[over].Count;
            _minutes.Remove(over);
        }
    }
}

namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>A part of <see cref="GcraRateLimiter"/> under one lock: one account per client while there are few, a sketch when
/// there are more than the accounts can hold, and accounts again once no client owes anything.</summary>
/// <remarks>This is GCRA: a permit advances a client's time by one interval, and no client may be further ahead of now than the
/// rate tolerates.</remarks>
internal sealed class GcraShard
{
    private readonly Lock _gate = new();
    private IRateStore _store = new RateAccounts();
    private long _latest;
    private long _now;

    internal long Bytes => Volatile.Read(ref _store).Bytes;

    internal bool TryTake(ulong key, Rate rate, long now, out RateStanding standing)
    {
        lock (_gate)
        {
            // A thread that read the clock earlier must not go back to before what has since been forgotten.
            now = _now = Math.Max(_now, now);
            if (now >= _latest && _store is RateSketch)
            {
                Volatile.Write(ref _store, new RateAccounts());
            }

            var time = Math.Max(now, _store.TimeOf(key));
            var isTaken = time + rate.Interval - now <= rate.Tolerance;
            if (isTaken)
            {
                time += rate.Interval;
                Set(key, time, now);
            }

            standing = Standing(time - now, rate);
            return isTaken;
        }
    }

    internal int Used(ulong key, Rate rate, long now)
    {
        lock (_gate)
        {
            var ahead = _store.TimeOf(key) - Math.Max(_now, now);
            return ahead <= 0 ? 0 : (int)(((ahead - 1) / rate.Interval) + 1);
        }
    }

    /// <remarks>Not in a sketch, in which a cell also belongs to others.</remarks>
    internal void Return(ulong key, Rate rate, long now)
    {
        lock (_gate)
        {
            now = Math.Max(_now, now);
            if (_store is RateAccounts && _store.TimeOf(key) is var time && time > now)
            {
                // A time in the past is equivalent to none, and no account's time is zero.
                _store.TrySet(key, Math.Max(time - rate.Interval, 1), now);
            }
        }
    }

    private static RateStanding Standing(long ahead, Rate rate)
    {
        var remaining = Math.Max(0, (rate.Tolerance - ahead) / rate.Interval);
        return new(remaining, TimeSpan.FromTicks(ahead - rate.Tolerance + ((remaining + 1) * rate.Interval)));
    }

    private void Set(ulong key, long time, long now)
    {
        _latest = Math.Max(_latest, time);
        if (_store.TrySet(key, time, now))
        {
            return;
        }

        var sketch = new RateSketch();
        ((RateAccounts)_store).CopyTo(sketch, now);
        sketch.TrySet(key, time, now);
        Volatile.Write(ref _store, sketch);
    }
}

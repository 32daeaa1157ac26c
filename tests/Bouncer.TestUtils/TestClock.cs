namespace Bouncer.TestUtils;

/// <summary>
/// A clock that stands still until it is told to move. Timers made from it fire inside <see cref="Advance"/>, in order of
/// their due time. Safe to use from several threads; callbacks run on the thread that advances.
/// </summary>
/// <param name="start">The first wall-clock time; default 2026-01-01 00:00:00 UTC.</param>
/// <param name="timestampFrequency">
/// Ticks per second of <see cref="GetTimestamp"/>. The odd default shows code that takes a timestamp for a count of 100 ns.
/// </param>
public sealed class TestClock(DateTimeOffset? start = null, long timestampFrequency = TestClock.OddFrequency) : TimeProvider
{
    /// <summary>The default frequency: near 10 MHz, but not it.</summary>
    public const long OddFrequency = 10_000_019;

    private static readonly DateTimeOffset s_epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly List<TestTimer> _timers = [];
    private readonly DateTimeOffset _start = start ?? s_epoch;
    private TimeSpan _wallOffset;
    private TimeSpan _elapsed;

    /// <inheritdoc />
    public override long TimestampFrequency { get; } = timestampFrequency;

    /// <inheritdoc />
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The monotonic time passed since the clock was made.</summary>
    public TimeSpan Elapsed
    {
        get { lock (_gate) return _elapsed; }
    }

    /// <summary>How many timers wait to fire. A test advances only after the code under test has armed its timer.</summary>
    public int ArmedTimers
    {
        get { lock (_gate) return _timers.Count; }
    }

    /// <summary>The time until the next timer fires; null when none is armed.</summary>
    public TimeSpan? NextTimer
    {
        get { lock (_gate) return _timers.Count == 0 ? null : _timers.Min(t => t.Due) - _elapsed; }
    }

    /// <summary>Whether a timer waits that fires after exactly this time from now.</summary>
    public bool IsArmedIn(TimeSpan time)
    {
        lock (_gate) return _timers.Any(t => t.Due - _elapsed == time);
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _start + _elapsed + _wallOffset;
    }

    /// <inheritdoc />
    public override long GetTimestamp()
    {
        lock (_gate) return (long)((Int128)_elapsed.Ticks * TimestampFrequency / TimeSpan.TicksPerSecond);
    }

    /// <summary>Moves wall and monotonic time on, and fires each timer at its own due time.</summary>
    /// <param name="by">Not negative.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (_gate) end = _elapsed + by;
        while (TakeDue(end) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Steps the wall clock alone, as an administrator or NTP does: monotonic time and timers are not touched.</summary>
    /// <param name="by">May be negative.</param>
    public void StepWallClock(TimeSpan by)
    {
        lock (_gate) _wallOffset += by;
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new TestTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private TestTimer? TakeDue(TimeSpan end)
    {
        lock (_gate)
        {
            var timer = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
            _elapsed = timer is null ? Max(end, _elapsed) : Max(timer.Due, _elapsed);
            if (timer is null)
            {
                return null;
            }

            _timers.Remove(timer);
            if (timer.Period > TimeSpan.Zero)
            {
                timer.Due += timer.Period;
                _timers.Add(timer);
            }

            return timer;
        }
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private sealed class TestTimer(TestClock clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (_disposed)
                {
                    return false;
                }

                Period = period;
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                Due = clock._elapsed + dueTime;
                clock._timers.Add(this);
            }

            // A timer that is due at once does not wait for the next Advance, as with the system's clock.
            if (dueTime == TimeSpan.Zero)
            {
                ThreadPool.QueueUserWorkItem(_ => FireIfStillDue());
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void FireIfStillDue()
        {
            lock (clock._gate)
            {
                if (!clock._timers.Contains(this) || Due > clock._elapsed)
                {
                    return;
                }

                clock._timers.Remove(this);
                if (Period > TimeSpan.Zero)
                {
                    Due += Period;
                    clock._timers.Add(this);
                }
            }

            callback(state);
        }
    }
}

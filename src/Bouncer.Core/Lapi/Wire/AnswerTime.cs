namespace Bouncer.Lapi.Wire;

/// <summary>The moment from which an answer's durations count: when its headers arrived.</summary>
internal readonly struct AnswerTime
{
    private readonly long _timestamp;
    private readonly long _frequency;
    private readonly DateTimeOffset _wallClock;

    internal AnswerTime(TimeProvider time)
    {
        _timestamp = time.GetTimestamp();
        _frequency = time.TimestampFrequency;
        _wallClock = time.GetUtcNow();
    }

    /// <summary>The timestamp of a moment that far ahead, or the last one there is.</summary>
    internal long Deadline(TimeSpan ahead)
    {
        var deadline = _timestamp + ((Int128)ahead.Ticks * _frequency / TimeSpan.TicksPerSecond);
        return (long)Int128.Clamp(deadline, long.MinValue, long.MaxValue);
    }

    /// <summary>The wall clock's reading at a moment that far ahead, or the last one there is.</summary>
    internal DateTimeOffset WallClock(TimeSpan ahead) =>
        ahead > DateTimeOffset.MaxValue - _wallClock ? DateTimeOffset.MaxValue : _wallClock + ahead;
}

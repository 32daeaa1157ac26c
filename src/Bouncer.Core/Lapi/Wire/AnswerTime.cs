namespace Bouncer.Lapi.Wire;

/// <summary>The moment from which an answer's durations count: when its headers arrived.</summary>
internal readonly struct AnswerTime
{
    private readonly long _timestamp;
    private readonly long _frequency;

    internal AnswerTime(TimeProvider time)
    {
        _timestamp = time.GetTimestamp();
        _frequency = time.TimestampFrequency;
    }

    /// <summary>The timestamp of a moment that far ahead, which is no negative time, or the last one there is.</summary>
    internal long Deadline(TimeSpan ahead)
    {
        // Whole seconds and the rest apart: a division of 128 bits takes longer than all else that is done to a decision.
        var (seconds, rest) = Math.DivRem(ahead.Ticks, TimeSpan.TicksPerSecond);
        var deadline = _timestamp + ((Int128)seconds * _frequency) + (rest * _frequency / TimeSpan.TicksPerSecond);
        return (long)Int128.Min(deadline, long.MaxValue);
    }
}

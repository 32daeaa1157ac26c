namespace Bouncer.Lapi.Wire;

/// <summary>The time from which durations are counted: when the part of the answer that contains them arrived. LAPI computes them
/// while writing, and a long list can take minutes to arrive.</summary>
internal readonly struct AnswerTime
{
    private readonly long _timestamp;
    private readonly long _frequency;
    private readonly long _secondsLeft;

    internal AnswerTime(TimeProvider time)
    {
        _timestamp = time.GetTimestamp();
        _frequency = time.TimestampFrequency;
        _secondsLeft = (long.MaxValue - _timestamp) / _frequency;
    }

    /// <summary>Returns the timestamp a non-negative time ahead, at most the largest possible one.</summary>
    internal long Deadline(TimeSpan ahead)
    {
        // Computing whole seconds and the remainder separately stays within 64 bits. Division of 128 bits is far slower, and there
        // can be a million of them.
        var (seconds, rest) = Math.DivRem(ahead.Ticks, TimeSpan.TicksPerSecond);
        return seconds < _secondsLeft
            ? _timestamp + (seconds * _frequency) + (rest * _frequency / TimeSpan.TicksPerSecond)
            : long.MaxValue;
    }
}

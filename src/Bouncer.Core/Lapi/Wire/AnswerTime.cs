namespace Bouncer.Lapi.Wire;

/// <summary>The moment from which durations count: when the piece of the answer that has them arrived. LAPI reckons them as it
/// writes, and a long list is minutes on its way.</summary>
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

    /// <summary>The timestamp of a moment that far ahead, which is no negative time, or the last one there is.</summary>
    internal long Deadline(TimeSpan ahead)
    {
        // Whole seconds and the rest apart stay within 64 bits, of which a million divisions are far cheaper than of 128.
        var (seconds, rest) = Math.DivRem(ahead.Ticks, TimeSpan.TicksPerSecond);
        return seconds < _secondsLeft
            ? _timestamp + (seconds * _frequency) + (rest * _frequency / TimeSpan.TicksPerSecond)
            : long.MaxValue;
    }
}

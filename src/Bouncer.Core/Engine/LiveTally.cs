namespace Bouncer.Engine;

/// <summary>Counts the live queries of the last half to whole minute, and those without an answer. Not thread-safe.</summary>
internal sealed class LiveTally(TimeProvider time)
{
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(30);

    /// <summary>The number of queries without an answer below which there is no problem, regardless of the total.</summary>
    private const int Few = 3;

    /// <summary>The number of seconds with unanswered queries from which there is a problem, regardless of the total: a client can
    /// cause any number of answered queries.</summary>
    private const int ManySeconds = 6;

    private Counts _before;
    private Counts _now;
    private long _began = time.GetTimestamp();
    private long? _badSecond;

    internal Counts Recent
    {
        get
        {
            Roll();
            return new(_before.Queries + _now.Queries, _before.Failed + _now.Failed, _before.Refused + _now.Refused, _before.Seconds + _now.Seconds);
        }
    }

    internal void Answered()
    {
        Roll();
        _now = _now with { Queries = _now.Queries + 1 };
    }

    internal void Failed()
    {
        Roll();
        _now = _now with { Queries = _now.Queries + 1, Failed = _now.Failed + 1, Seconds = _now.Seconds + NewSecond() };
    }

    internal void Refused()
    {
        Roll();
        _now = _now with { Queries = _now.Queries + 1, Refused = _now.Refused + 1, Seconds = _now.Seconds + NewSecond() };
    }

    /// <summary>Returns one if no other query of the current second was without an answer, otherwise zero.</summary>
    private int NewSecond()
    {
        if (_badSecond is { } at && time.GetElapsedTime(at) < TimeSpan.FromSeconds(1))
        {
            return 0;
        }

        _badSecond = time.GetTimestamp();
        return 1;
    }

    private void Roll()
    {
        var elapsed = time.GetElapsedTime(_began);
        if (elapsed >= Half)
        {
            _before = elapsed < 2 * Half ? _now : default;
            _now = default;
            _began = time.GetTimestamp();
        }
    }

    /// <param name="Queries">The number of clients for which LAPI was to be queried.</param>
    /// <param name="Failed">The number of queries that failed.</param>
    /// <param name="Refused">The number of queries that were not made because too many of other networks were waiting.</param>
    /// <param name="Seconds">The number of seconds with failed or refused queries.</param>
    internal readonly record struct Counts(int Queries, int Failed, int Refused, int Seconds)
    {
        /// <summary>Whether a tenth or more got no answer, or some got none in many different seconds.</summary>
        internal bool AreBad => Failed + Refused >= Few && (10L * (Failed + Refused) >= Queries || Seconds >= ManySeconds);
    }
}

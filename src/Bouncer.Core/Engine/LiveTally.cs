namespace Bouncer.Engine;

/// <summary>Counts the live queries of the last half to whole minute, and those without an answer. Not thread-safe.</summary>
internal sealed class LiveTally(TimeProvider time)
{
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(30);

    /// <summary>The number of queries without an answer below which there is no problem, however few queries there are.</summary>
    private const int Few = 3;

    private Counts _before;
    private Counts _now;
    private long _began = time.GetTimestamp();

    internal Counts Recent
    {
        get
        {
            Roll();
            return new(_before.Queries + _now.Queries, _before.Failed + _now.Failed, _before.Refused + _now.Refused);
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
        _now = _now with { Queries = _now.Queries + 1, Failed = _now.Failed + 1 };
    }

    internal void Refused()
    {
        Roll();
        _now = _now with { Queries = _now.Queries + 1, Refused = _now.Refused + 1 };
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

    /// <param name="Queries">How many clients LAPI was to be queried about.</param>
    /// <param name="Failed">How many queries failed.</param>
    /// <param name="Refused">How many were not made, because too many were waiting.</param>
    internal readonly record struct Counts(int Queries, int Failed, int Refused)
    {
        /// <summary>Whether a tenth or more got no answer.</summary>
        internal bool AreBad => Failed + Refused >= Few && 10L * (Failed + Refused) >= Queries;
    }
}

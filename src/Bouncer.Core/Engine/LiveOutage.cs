using Bouncer.Lapi;
using Bouncer.Sync;
using Microsoft.Extensions.Logging;

namespace Bouncer.Engine;

/// <summary>Keeps the status of live queries, and logs when LAPI stops answering, when it answers again, and when more clients come
/// than it can be queried about. An outage is over when an answer comes, the last failure is half a minute ago, and fewer than a tenth
/// of the recent queries got no answer. Thread-safe.</summary>
internal sealed class LiveOutage(SyncState state, TimeProvider time, ILogger<LiveLookup> logger)
{
    private static readonly TimeSpan BetweenOutages = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenFloods = TimeSpan.FromMinutes(10);

    /// <summary>The time without a failed query after which an outage is over.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly LiveTally _tally = new(time);
    private readonly OutageWatch _outage = new(time);
    private int _failures;
    private long? _saidAt;
    private long? _failedAt;
    private long? _floodSaidAt;
    private TimeSpan _untilFloodIsSaid;
    private bool _isSaid;

    /// <summary>Why the site is not protected although LAPI answers some queries, in a sentence; null if it is.</summary>
    internal string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _tally.Recent is { AreBad: true } recent
                    ? $"Of {recent.Queries} clients in the last minute, LAPI gave no answer about {recent.Failed}, and was not queried about {recent.Refused}, because too many queries were waiting (Bouncer:Live:MaxConcurrentQueries)."
                    : null;
            }
        }
    }

    internal void End(SyncOutcome outcome)
    {
        lock (_lock)
        {
            _tally.Answered();
            state.Succeeded(outcome);
            if (_tally.Recent.AreBad || (_failedAt is { } at && time.GetElapsedTime(at) < Calm))
            {
                return;
            }

            if (_isSaid)
            {
                logger.LiveQueryRecovered(_failures, _outage.Length);
            }

            _isSaid = false;
            _failures = 0;
            _outage.End();
        }
    }

    internal void Add(LapiErrorKind? kind, string error)
    {
        lock (_lock)
        {
            _tally.Failed();
            _failures++;
            _failedAt = time.GetTimestamp();
            state.Failed(kind, error);
            if (_outage.Fail())
            {
                logger.LiveOutageLasts(_outage.Length, _failures, error);
            }

            if (!_isSaid && (_saidAt is not { } at || time.GetElapsedTime(at) >= BetweenOutages))
            {
                logger.LiveQueryFailed(error);
                (_isSaid, _saidAt) = (true, time.GetTimestamp());
            }
        }
    }

    /// <summary>Records a query that was not made, because too many were waiting.</summary>
    internal void Refuse()
    {
        lock (_lock)
        {
            _tally.Refused();
            if (_tally.Recent is { AreBad: true } recent && (_floodSaidAt is not { } at || time.GetElapsedTime(at) >= _untilFloodIsSaid))
            {
                // The first log line has the numbers of the flood's first moment, so another one follows soon.
                logger.LiveQueriesRefused(recent.Refused, recent.Queries);
                _untilFloodIsSaid = _floodSaidAt is { } last && time.GetElapsedTime(last) < 2 * BetweenFloods ? BetweenFloods : BetweenOutages;
                _floodSaidAt = time.GetTimestamp();
            }
        }
    }
}

using Bouncer.Lapi;
using Bouncer.Sync;
using Microsoft.Extensions.Logging;

namespace Bouncer.Engine;

/// <summary>Keeps the status of live queries, and logs when LAPI stops answering and when it answers again; at most once a minute if
/// LAPI fails every other query. Thread-safe.</summary>
internal sealed class LiveOutage(SyncState state, TimeProvider time, ILogger<LiveLookup> logger)
{
    private static readonly TimeSpan BetweenOutages = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _saidAt;
    private bool _isSaid;

    internal void End(SyncOutcome outcome)
    {
        lock (_lock)
        {
            if (_isSaid && state.Status.ConsecutiveFailures > 0)
            {
                logger.LiveQueryRecovered(state.Status.ConsecutiveFailures, state.Outage.Length);
                _isSaid = false;
            }

            state.Succeeded(outcome);
        }
    }

    internal void Add(LapiErrorKind? kind, string error)
    {
        lock (_lock)
        {
            if (state.Failed(kind, error))
            {
                logger.LiveOutageLasts(state.Outage.Length, state.Status.ConsecutiveFailures, error);
            }

            if (!_isSaid && (_saidAt is not { } at || time.GetElapsedTime(at) >= BetweenOutages))
            {
                logger.LiveQueryFailed(error);
                (_isSaid, _saidAt) = (true, time.GetTimestamp());
            }
        }
    }
}

namespace Bouncer;

/// <summary>Receives every change of the decisions held: a firewall, a list at a CDN, an audit log.</summary>
/// <remarks>
/// The first call has a snapshot, later calls have deltas. The call after one that threw has a snapshot again. Calls to one sink never
/// overlap. A slow or failing sink delays neither the synchronisation nor other sinks. While LAPI is down the only changes are
/// decisions that expire.
/// </remarks>
public interface IDecisionSink
{
    /// <summary>A short name for logs.</summary>
    string Name { get; }

    /// <summary>Applies a change.</summary>
    /// <param name="changes">A snapshot or a delta.</param>
    /// <param name="cancellationToken">Ends when the host stops.</param>
    ValueTask ApplyAsync(DecisionChangeSet changes, CancellationToken cancellationToken);
}

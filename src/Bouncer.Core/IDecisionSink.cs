namespace Bouncer;

/// <summary>Receives every change of the decisions held, for example to update a firewall, a list at a CDN or an audit
/// log.</summary>
/// <remarks> The first call passes a snapshot, later calls pass deltas. After a call that threw, the next one passes a snapshot
/// again. Calls to one sink never overlap. A slow or failing sink delays neither the synchronisation nor other sinks. While LAPI is
/// down the only changes are decisions that expire. </remarks>
public interface IDecisionSink
{
    /// <summary>A short name for logs.</summary>
    string Name { get; }

    /// <summary>Applies a change.</summary>
    /// <param name="changes">A snapshot or a delta.</param>
    /// <param name="cancellationToken">Ends when the host stops.</param>
    ValueTask ApplyAsync(DecisionChangeSet changes, CancellationToken cancellationToken);
}

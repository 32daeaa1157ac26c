namespace Bouncer;

/// <summary>Is told every change of the decisions held: a firewall, a list at a CDN, an audit log.</summary>
/// <remarks>
/// The first call brings a snapshot, later calls deltas; after a call that threw, the next one brings a snapshot again, so
/// a sink never has to guess. Calls for one sink never overlap. A slow or failing sink holds up neither the
/// synchronisation nor other sinks. While LAPI is down the only changes are decisions that expire.
/// </remarks>
public interface IDecisionSink
{
    /// <summary>A short name for logs and metrics.</summary>
    string Name { get; }

    /// <summary>Applies a change.</summary>
    /// <param name="changes">A snapshot or a delta.</param>
    /// <param name="cancellationToken">Ends when the host stops.</param>
    ValueTask ApplyAsync(DecisionChangeSet changes, CancellationToken cancellationToken);
}

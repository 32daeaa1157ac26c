using System.Threading.Channels;
using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>The queue in front of one sink. A sink that fails or falls too far behind gets the whole list instead.</summary>
internal sealed class DecisionSinkFeed(IDecisionSink sink, DecisionStore store, TimeProvider time, ILogger logger)
{
    private const int Backlog = 16;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    /// <summary>Changes, and the version of the index that contains them; without changes, a signal that a snapshot is
    /// needed.</summary>
    private readonly Channel<(DecisionChangeSet? Changes, long Version)> _queue =
        Channel.CreateBounded<(DecisionChangeSet?, long)>(new BoundedChannelOptions(Backlog) { SingleReader = true });

    /// <summary>True at the start: the decisions held may have been added by changes before this sink existed.</summary>
    private volatile bool _needsSnapshot = true;
    private long _told;

    internal void Offer(DecisionChangeSet changes, long version)
    {
        if (!_queue.Writer.TryWrite((changes, version)))
        {
            OfferSnapshot();
        }
    }

    internal void OfferSnapshot()
    {
        _needsSnapshot = true;

        // For a sink that is waiting. A full queue wakes it anyway.
        _queue.Writer.TryWrite(default);
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                await TellAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_queue.Reader.TryRead(out var next))
            {
                if (_needsSnapshot)
                {
                    await TellAllAsync(cancellationToken).ConfigureAwait(false);
                }

                // Changes that a snapshot already held are older than it.
                if (next.Changes is { } changes && next.Version > _told)
                {
                    await sink.ApplyAsync(changes, cancellationToken).ConfigureAwait(false);
                    _told = next.Version;
                }
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            logger.SinkFailed(failure, sink.Name);
            await Task.Delay(RetryPause, time, cancellationToken).ConfigureAwait(false);
            OfferSnapshot();
        }
    }

    private async Task TellAllAsync(CancellationToken cancellationToken)
    {
        _needsSnapshot = false;
        var index = store.Index;
        await sink.ApplyAsync(new DecisionChangeSet(true, new DecisionSnapshot(index, time), []), cancellationToken).ConfigureAwait(false);
        _told = index.Version;
    }
}

using System.Threading.Channels;
using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>The queue before one sink. A sink that fails or falls too far behind is told the whole list instead.</summary>
internal sealed class DecisionSinkFeed(IDecisionSink sink, DecisionStore store, TimeProvider time, ILogger logger)
{
    private const int Backlog = 16;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(10);

    private readonly Channel<(DecisionChangeSet Changes, long Version)> _deltas =
        Channel.CreateBounded<(DecisionChangeSet, long)>(new BoundedChannelOptions(Backlog) { SingleReader = true });

    /// <summary>One pending signal says as much as many: there is something to tell.</summary>
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>At first too: what is held may have come by changes alone.</summary>
    private volatile bool _needsSnapshot = true;
    private bool _isListening;
    private long _told;

    internal void Offer(DecisionChangeSet changes, long version)
    {
        if (!_deltas.Writer.TryWrite((changes, version)))
        {
            _needsSnapshot = true;
        }

        _work.Writer.TryWrite(true);
    }

    internal void OfferSnapshot()
    {
        _needsSnapshot = true;
        _work.Writer.TryWrite(true);
    }

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _work.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
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
            if (_needsSnapshot)
            {
                _needsSnapshot = false;
                var index = store.Index;
                await sink.ApplyAsync(new DecisionChangeSet(true, new DecisionSnapshot(index, time), []), cancellationToken).ConfigureAwait(false);
                _told = index.Version;
                _isListening = true;
            }

            // Deltas that a snapshot already held are older than it.
            while (!_needsSnapshot && _isListening && _deltas.Reader.TryRead(out var next))
            {
                if (next.Version > _told)
                {
                    await sink.ApplyAsync(next.Changes, cancellationToken).ConfigureAwait(false);
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
}

using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Tells every sink what changed, each at its own pace.</summary>
internal sealed class DecisionSinkDispatcher(IEnumerable<IDecisionSink> sinks, DecisionStore store, TimeProvider time, ILogger<DecisionSinkDispatcher> logger)
{
    private readonly DecisionSinkFeed[] _feeds = [.. sinks.Select(sink => new DecisionSinkFeed(sink, store, time, logger))];

    /// <summary>Hands on a delta that led to an index.</summary>
    internal void Publish(DecisionChangeSet changes, DecisionIndex index)
    {
        if (changes.Added.Count + changes.Removed.Count > 0)
        {
            foreach (var feed in _feeds)
            {
                feed.Offer(changes, index.Version);
            }
        }
    }

    /// <summary>Has every sink told the whole list.</summary>
    internal void PublishSnapshot()
    {
        foreach (var feed in _feeds)
        {
            feed.OfferSnapshot();
        }
    }

    internal void RefuseLiveMode()
    {
        if (_feeds.Length > 0)
        {
            logger.SinksNeedStream();
        }
    }

    internal Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_feeds.Select(feed => Task.Run(() => feed.RunAsync(cancellationToken), CancellationToken.None)));
}

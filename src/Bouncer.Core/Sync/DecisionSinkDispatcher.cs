using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Passes changes to every sink, each at its own pace, and fires the store's change tokens.</summary>
internal sealed class DecisionSinkDispatcher(IEnumerable<IDecisionSink> sinks, DecisionStore store, TimeProvider time, ILogger<DecisionSinkDispatcher> logger)
{
    private readonly DecisionSinkFeed[] _feeds = [.. sinks.Select(sink => new DecisionSinkFeed(sink, store, time, logger))];

    /// <summary>Passes on a change that led to the current index.</summary>
    internal void Publish(StoreChange change)
    {
        if (change.IsEmpty && !change.IsSnapshot)
        {
            return;
        }

        store.Changes.Fire();
        if (_feeds.Length == 0)
        {
            return;
        }

        if (change.IsSnapshot)
        {
            Array.ForEach(_feeds, feed => feed.OfferSnapshot());
            return;
        }

        var changes = change.ToChangeSet(time);
        Array.ForEach(_feeds, feed => feed.Offer(changes, store.Index.Version));
    }

    internal void WarnWithoutStream()
    {
        if (_feeds.Length > 0)
        {
            logger.SinksNeedStream();
        }
    }

    internal Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_feeds.Select(feed => Task.Run(() => feed.RunAsync(cancellationToken), CancellationToken.None)));
}

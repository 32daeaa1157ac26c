using Bouncer.Decisions;
using Bouncer.Lapi;
using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>What is held, and what LAPI has besides: decisions that cannot be used or for which there is no room. Tells the
/// sinks of every change. One caller at a time.</summary>
internal sealed class DecisionLedger(SettingsInUse settings, DecisionStore store, DecisionSinkDispatcher sinks, TypeNotes types, UnusableNotes notes, Random random, TimeProvider time, ILogger<DecisionLedger> logger)
{
    /// <summary>At least about half of the rows are held: the rest is compacted away.</summary>
    private const int SampleAttempts = 32;

    private static readonly DecisionRows None = new();

    private readonly Dictionary<long, long> _unusable = [];
    private bool _knowsUnusable = true;
    private (long Version, FewDecisions Found)? _few;

    internal int Held => store.Index.Count;

    /// <summary>How many decisions were left out for want of room since the last whole list, which included.</summary>
    internal int Dropped { get; private set; }

    /// <summary>Whether it is known how many decisions LAPI should have.</summary>
    internal bool IsComplete => _knowsUnusable && Dropped == 0;

    /// <summary>The decisions that ended since the last time.</summary>
    internal DecisionRows RemoveExpired()
    {
        var ended = new DecisionRows();
        sinks.Publish(store.RemoveExpired(ended));
        return ended;
    }

    internal void Apply(StreamAnswer delta)
    {
        for (var i = 0; i < delta.Deleted.Count; i++)
        {
            _unusable.Remove(delta.Deleted[i]);
        }

        types.Look(delta.Added);
        Take(store.Apply(delta.Deleted, delta.Added), delta.Unusable);
    }

    /// <summary>Whether a delta says anything that is not known. An end that comes when it is expected is no news.</summary>
    internal bool IsNews(StreamAnswer delta)
    {
        for (var row = 1; row <= delta.Added.Count; row++)
        {
            if (!store.TryFind(delta.Added[row].Id, out _))
            {
                return true;
            }
        }

        var (_, soon) = DecisionTally.About(time);
        for (var i = 0; i < delta.Deleted.Count; i++)
        {
            var id = delta.Deleted[i];
            if (store.TryFind(id, out var deadline) && deadline > soon)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds what LAPI was found to have.</summary>
    /// <returns>The ids that are new here.</returns>
    internal IReadOnlyList<long> Add(ListAnswer answer)
    {
        if (answer.Count == 0)
        {
            return [];
        }

        long[] unknown = [.. answer.Rows.ToIds().Where(id => !store.TryFind(id, out _))];
        var dropped = Dropped;
        types.Look(answer.Rows);
        Take(store.Apply([], answer.Rows), answer.Unusable, isRepeated: dropped > 0);
        if (dropped > 0)
        {
            // Those for which there was no room come again, and are no more than before.
            Dropped = dropped;
            return Array.FindAll(unknown, id => store.TryFind(id, out _));
        }

        return unknown;
    }

    /// <summary>Holds what a list names, and what is kept besides.</summary>
    /// <param name="list">The list.</param>
    /// <param name="kept">The ids of decisions that stay although it does not name them.</param>
    /// <param name="keepsUnusable">Whether what it names in a form that cannot be used stays as it was.</param>
    internal void Replace(StreamAnswer list, IReadOnlySet<long>? kept, bool keepsUnusable)
    {
        _unusable.Clear();
        _knowsUnusable = true;
        Dropped = 0;
        _few = null;
        store.Max = settings.Current.Sync.MaxDecisions;
        types.Look(list.Added);
        var unusable = keepsUnusable ? list.Unusable.Ends.Keys : [];
        Take(store.Replace(list.Added, [.. unusable, .. kept ?? Enumerable.Empty<long>()]), list.Unusable);
    }

    /// <summary>The decisions held that live and that a whole list does not name, neither as new, nor as ended, nor as one
    /// that cannot be used.</summary>
    internal DecisionRows FindUnlisted(StreamAnswer list) => store.FindUnlisted(list.Added, list.Deleted.Concat(list.Ended).Concat(list.Unusable.Ends.Keys));

    /// <summary>How many decisions LAPI should have, after a delta.</summary>
    internal DecisionTally Tally()
    {
        var (_, soon) = DecisionTally.About(time);
        var ending = store.CountEnding(long.MinValue, soon);
        return new DecisionTally(store.Index.Count - ending, ending) + DecisionTally.Of(_unusable.Values, time);
    }

    /// <summary>How many decisions LAPI should have above an id.</summary>
    internal DecisionTally Tally(long aboveId)
    {
        var (_, soon) = DecisionTally.About(time);
        var (ending, later) = store.CountAbove(aboveId, soon);
        return new DecisionTally(later, ending) + DecisionTally.Of(_unusable.Where(entry => entry.Key > aboveId).Select(entry => entry.Value), time);
    }

    /// <summary>How many decisions end within a span from now.</summary>
    internal int CountEnding(TimeSpan within)
    {
        var now = time.GetTimestamp();
        return store.CountEnding(now, now + (long)(within.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>Whether a decision is held.</summary>
    internal bool Holds(long id) => store.TryFind(id, out _);

    /// <summary>The decisions of the origins that have the fewest, up to a number of decisions in all.</summary>
    internal FewDecisions FindFew(int most)
    {
        var index = store.Index;
        if (_few is not { } few || few.Version != index.Version)
        {
            _few = few = (index.Version, FewDecisions.Of(index, most, settings.Current.Query.AsksFor));
        }

        return few.Found;
    }

    /// <summary>Any decision of a list; of an empty one, any that is held. Null if there is none.</summary>
    internal DecisionProbe? Sample(StreamAnswer list) => DecisionProbe.Some(list.Added, 1, random) is [var probe] ? probe : Sample();

    /// <summary>Any decision held that lives on for some time; null if none was found.</summary>
    internal DecisionProbe? Sample()
    {
        var rows = store.Index.Held.Rows;
        var (_, soon) = DecisionTally.About(time);
        for (var attempt = 0; attempt < SampleAttempts && store.Index.Count > 0; attempt++)
        {
            var row = random.Next(1, rows.Count + 1);
            if (rows[row].Id > 0 && rows[row].Deadline > soon && store.Holds(row))
            {
                return DecisionProbe.Of(rows, row);
            }
        }

        return null;
    }

    /// <summary>Lets go of decisions that LAPI was found not to have.</summary>
    internal void Remove(IReadOnlyList<long> ids) => Take(store.Apply(ids, None), new UnusableDecisions());

    /// <param name="change">What became of the decisions.</param>
    /// <param name="unusable">Those that cannot be used.</param>
    /// <param name="isRepeated">Whether those for which there is no room may have been told of before.</param>
    private void Take(StoreChange change, UnusableDecisions unusable, bool isRepeated = false)
    {
        sinks.Publish(change);
        Dropped += change.Dropped;
        Note(unusable);
        Report(unusable, change.Dropped, isRepeated);
    }

    /// <summary>Remembers what LAPI has and what is not held.</summary>
    private void Note(UnusableDecisions unusable)
    {
        foreach (var (id, end) in unusable.Ends)
        {
            if (!store.TryFind(id, out _))
            {
                _unusable[id] = end;
            }
        }

        _knowsUnusable &= unusable.AreAllKnown;
        if (_unusable.Count > 0)
        {
            var (from, _) = DecisionTally.About(time);
            foreach (var (id, _) in _unusable.Where(entry => entry.Value < from).ToArray())
            {
                _unusable.Remove(id);
            }
        }
    }

    private void Report(UnusableDecisions unusable, int dropped, bool isRepeated)
    {
        if (dropped > 0)
        {
            unusable.Add(SkipReason.TooMany, dropped);
        }

        notes.Look(unusable, isRepeated);
        if (dropped > 0 && !isRepeated)
        {
            logger.TooManyDecisions(dropped);
        }
    }
}

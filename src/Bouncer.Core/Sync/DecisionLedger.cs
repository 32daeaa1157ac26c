using Bouncer.Decisions;
using Bouncer.Lapi;
using Bouncer.Lookup;
using Microsoft.Extensions.Logging;

namespace Bouncer.Sync;

/// <summary>Tracks the decisions held and those that LAPI has in addition: unusable ones, and those above the maximum. Publishes
/// every change to the sinks. Not thread-safe.</summary>
internal sealed class DecisionLedger(SettingsInUse settings, DecisionStore store, DecisionSinkDispatcher sinks, TypeNotes types, UnusableNotes notes, Random random, TimeProvider time, ILogger<DecisionLedger> logger)
{
    /// <summary>Enough attempts: at least about half of the rows are held, because the store compacts the others away.</summary>
    private const int SampleAttempts = 32;

    private static readonly DecisionRows None = new();

    private readonly Dictionary<long, long> _unusable = [];
    private bool _knowsUnusable = true;
    private (long Version, FewDecisions Found)? _few;

    internal int Held => store.Index.Count;

    /// <summary>The number of decisions left out because of the maximum, in the last whole list and since.</summary>
    internal int Dropped { get; private set; }

    /// <summary>Whether the number of decisions that LAPI should have is known.</summary>
    internal bool IsComplete => _knowsUnusable && Dropped == 0;

    /// <summary>Removes the decisions that have ended since the last call, and returns them.</summary>
    internal DecisionRows RemoveExpired()
    {
        var ended = new DecisionRows();
        sinks.Publish(store.RemoveExpired(ended));
        return ended;
    }

    /// <summary>Takes the decisions of a snapshot, before any of LAPI's.</summary>
    internal void Restore(DecisionRows rows)
    {
        types.Look(rows);
        sinks.Publish(store.Replace(rows));
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

    /// <summary>Whether a delta contains anything new. An end at the expected time is not new.</summary>
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

    /// <summary>Adds decisions that a query found.</summary>
    /// <returns>The ids that were not held.</returns>
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
            // Decisions left out because of the maximum are listed again; their number has not grown.
            Dropped = dropped;
            return Array.FindAll(unknown, id => store.TryFind(id, out _));
        }

        return unknown;
    }

    /// <summary>Replaces the decisions held by those of a list.</summary>
    /// <param name="list">The list.</param>
    /// <param name="kept">The ids of decisions that stay although the list does not contain them.</param>
    /// <param name="keepsUnusable">Whether a decision that is held stays if the list contains it in an unusable form.</param>
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

    /// <summary>The live decisions held that a whole list does not contain, neither as new, nor as ended, nor as unusable.</summary>
    internal DecisionRows FindUnlisted(StreamAnswer list) => store.FindUnlisted(list.Added, list.Deleted.Concat(list.Ended).Concat(list.Unusable.Ends.Keys));

    /// <summary>Returns the number of decisions that LAPI should have, after a delta.</summary>
    internal DecisionTally Tally()
    {
        var (_, soon) = DecisionTally.About(time);
        var ending = store.CountEnding(long.MinValue, soon);
        return new DecisionTally(store.Index.Count - ending, ending) + DecisionTally.Of(_unusable.Values, time);
    }

    /// <summary>Returns the number of decisions that LAPI should have above an id.</summary>
    internal DecisionTally Tally(long aboveId)
    {
        var (_, soon) = DecisionTally.About(time);
        var (ending, later) = store.CountAbove(aboveId, soon);
        return new DecisionTally(later, ending) + DecisionTally.Of(_unusable.Where(entry => entry.Key > aboveId).Select(entry => entry.Value), time);
    }

    /// <summary>Returns the number of decisions that end within a time from now.</summary>
    internal int CountEnding(TimeSpan within)
    {
        var now = time.GetTimestamp();
        return store.CountEnding(now, now + (long)(within.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>Whether a decision is held.</summary>
    internal bool Holds(long id) => store.TryFind(id, out _);

    /// <summary>Finds the decisions of the origins that have the fewest, up to a maximum number in total.</summary>
    internal FewDecisions FindFew(int most)
    {
        var index = store.Index;
        if (_few is not { } few || few.Version != index.Version)
        {
            _few = few = (index.Version, FewDecisions.Of(index, most, settings.Current.Query.AsksFor));
        }

        return few.Found;
    }

    /// <summary>A random decision of a list, or of those held if the list is empty; null if there is none.</summary>
    internal DecisionProbe? Sample(StreamAnswer list) => DecisionProbe.Some(list.Added, 1, random) is [var probe] ? probe : Sample();

    /// <summary>A random decision held that does not end about now; null if none was found.</summary>
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

    /// <summary>Removes decisions that LAPI does not have.</summary>
    internal void Remove(IReadOnlyList<long> ids) => Take(store.Apply(ids, None), new UnusableDecisions());

    /// <param name="change">The change of the store.</param>
    /// <param name="unusable">The unusable decisions.</param>
    /// <param name="isRepeated">Whether those for which there is no room may have been logged before.</param>
    private void Take(StoreChange change, UnusableDecisions unusable, bool isRepeated = false)
    {
        sinks.Publish(change);
        Dropped += change.Dropped;
        Note(unusable);
        Report(unusable, change.Dropped, isRepeated);
    }

    /// <summary>Remembers the unusable decisions that LAPI has.</summary>
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

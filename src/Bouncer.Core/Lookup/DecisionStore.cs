using System.Runtime.CompilerServices;
using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary>
/// The decisions held, each known by its id. Readers take <see cref="Index"/>, one immutable version, and never wait; a
/// writer builds the next version and swaps the reference. Writers exclude each other.
/// </summary>
internal sealed class DecisionStore
{
    private static readonly DecisionRows None = new();

    /// <summary>The maximum difference between the end of a decision that is held and its end when it is listed again, unless the
    /// end was moved. The difference comes from the duration of the answer and from LAPI's rounding.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly Lock _writing = new();
    private readonly RemediationSeverities _severities;
    private readonly TimeProvider _time;
    private readonly long _tolerance;
    private RowsById _byId;
    private DecisionExpiry _expiry;
    private volatile DecisionIndex _index;

    /// <param name="severities">The order by strength.</param>
    /// <param name="max">The maximum number of decisions held.</param>
    /// <param name="time">The clock of the deadlines.</param>
    internal DecisionStore(RemediationSeverities severities, int max, TimeProvider time)
    {
        _severities = severities;
        Max = max;
        _time = time;
        _tolerance = Ticks(Tolerance);
        _index = DecisionIndex.Empty(new DecisionArena(new DecisionRows(), severities), version: 0);
        _expiry = new DecisionExpiry(_index.Held, time);
        _byId = new RowsById(_index.Held.Rows, capacity: 0);
    }

    internal DecisionIndex Index => _index;

    /// <summary>The maximum number of decisions held, from the next change on. For the writer.</summary>
    internal int Max { get; set; }

    /// <summary>Fires after a change, once readers see it.</summary>
    internal ChangeSignal Changes { get; } = new();

    /// <summary>Replaces the decisions held by those of a list; unchanged ones keep their rows.</summary>
    /// <param name="list">The list, which the store owns from now on.</param>
    /// <param name="kept">The ids of decisions that stay although the list does not contain them.</param>
    internal StoreChange Replace(DecisionRows list, HashSet<long>? kept = null)
    {
        lock (_writing)
        {
            if (_index.Count > 0)
            {
                return Publish(list, edit => List(edit, list, kept));
            }

            Load(list, _index.Version);
            return Trim(new StoreChange(_index.Held, isSnapshot: true));
        }
    }

    /// <summary>Removes and adds decisions, in one step for readers.</summary>
    internal StoreChange Apply(IReadOnlyList<long> deleted, DecisionRows added)
    {
        lock (_writing)
        {
            return deleted.Count + added.Count == 0 ? Nothing() : Publish(added, edit =>
            {
                foreach (var id in deleted)
                {
                    Remove(edit, _byId.Find(id));
                }

                OfferAll(edit, added);
            });
        }
    }

    /// <summary>Removes the decisions that have ended, which readers already ignore.</summary>
    /// <param name="ended">Receives them.</param>
    internal StoreChange RemoveExpired(DecisionRows ended)
    {
        lock (_writing)
        {
            var rows = _expiry.TakeEnded(_time.GetTimestamp()).FindAll(IsHeld);
            rows.ForEach(row => ended.AddFrom(_index.Held.Rows, row));
            return rows.Count == 0 ? Nothing() : Publish(None, edit => rows.ForEach(row => Remove(edit, row)));
        }
    }

    /// <summary>Finds when the decision with an id ends, as a timestamp.</summary>
    internal bool TryFind(long id, out long deadline)
    {
        lock (_writing)
        {
            var row = _byId.Find(id);
            deadline = _index.Held.Rows[row].Deadline;
            return row != 0;
        }
    }

    /// <summary>Whether a row is held; it may have been replaced or removed.</summary>
    internal bool Holds(int row)
    {
        lock (_writing)
        {
            return IsHeld(row);
        }
    }

    /// <summary>The live decisions held that neither list contains.</summary>
    internal DecisionRows FindUnlisted(DecisionRows list, IEnumerable<long> ids)
    {
        lock (_writing)
        {
            var held = _index.Held.Rows;
            var listed = new bool[held.Count + 1];
            for (var row = 1; row <= list.Count; row++)
            {
                listed[_byId.Find(list[row].Id)] = true;
            }

            foreach (var id in ids)
            {
                listed[_byId.Find(id)] = true;
            }

            var now = _time.GetTimestamp();
            var unlisted = new DecisionRows();
            foreach (var row in _index.Enumerate())
            {
                if (!listed[row] && held[row].Deadline > now)
                {
                    unlisted.AddFrom(held, row);
                }
            }

            return unlisted;
        }
    }

    /// <summary>Returns the numbers of decisions with ids larger than one that end before a timestamp, and later.</summary>
    internal (int Before, int Later) CountAbove(long id, long moment)
    {
        lock (_writing)
        {
            return _byId.CountAbove(id, moment);
        }
    }

    /// <summary>Returns the number of decisions that end between two timestamps.</summary>
    internal int CountEnding(long from, long to)
    {
        lock (_writing)
        {
            return _expiry.Count(from, to, IsHeld);
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private bool IsHeld(int row) => _byId.Find(_index.Held.Rows[row].Id) == row;

    private StoreChange Nothing() => new(_index.Held, isSnapshot: false);

    private StoreChange Publish(DecisionRows added, Action<DecisionIndexBuilder> make)
    {
        var change = Nothing();
        var index = Edit(added, make, change);
        change.AddTo(_expiry);
        Publish(index);
        return Trim(change);
    }

    /// <summary>Removes the decisions above the maximum, and frees memory that only earlier versions needed.</summary>
    private StoreChange Trim(StoreChange change)
    {
        if (_index.Count > Max)
        {
            var weakest = DecisionLimit.Weakest(_index, _index.Count - Max);
            change.Dropped = weakest.Count;
            Publish(Edit(None, edit => weakest.ForEach(row => Remove(edit, row)), change));
        }

        if (IsWorn())
        {
            Compact();
        }

        return change;
    }

    private DecisionIndex Edit(DecisionRows added, Action<DecisionIndexBuilder> make, StoreChange change)
    {
        var edit = new DecisionIndexBuilder(_index, added, change);
        make(edit);
        var index = edit.ToIndex();
        return edit.IsEmpty ? _index : index;
    }

    private void Publish(DecisionIndex index)
    {
        // Before readers see the index: they rely on the marks.
        _expiry.LookAhead(_time.GetTimestamp());
        _index = index;
    }

    /// <summary>Starts over with a list of decisions.</summary>
    private void Load(DecisionRows list, long version)
    {
        var held = new DecisionArena(list, _severities);
        _byId = new RowsById(list, list.Count);
        _expiry = new DecisionExpiry(held, _time);
        var edit = new DecisionIndexBuilder(DecisionIndex.Empty(held, version), list, change: null);
        OfferAll(edit, list);
        Publish(edit.ToIndex());
    }

    /// <summary>Whether too much memory is held that only earlier versions needed.</summary>
    private bool IsWorn()
    {
        var held = _index.Held;
        return held.Rows.Count + (held.Members / 8) > (_index.Count * 7L / 5) + 1024;
    }

    private void Compact()
    {
        var living = new DecisionRows();
        foreach (var row in _index.Enumerate())
        {
            living.AddFrom(_index.Held.Rows, row);
        }

        Load(living, _index.Version);
    }

    private void List(DecisionIndexBuilder edit, DecisionRows list, HashSet<long>? kept)
    {
        var held = _index.Held.Rows;
        var listed = new bool[held.Count + 1];
        for (var row = 1; row <= list.Count; row++)
        {
            var same = _byId.Find(list[row].Id);
            if (same < listed.Length)
            {
                listed[same] = true;
            }

            Offer(edit, list, row);
        }

        foreach (var row in _index.Enumerate())
        {
            if (!listed[row] && kept?.Contains(held[row].Id) != true)
            {
                Remove(edit, row);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OfferAll(DecisionIndexBuilder edit, DecisionRows added)
    {
        for (var row = 1; row <= added.Count; row++)
        {
            Offer(edit, added, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Offer(DecisionIndexBuilder edit, DecisionRows added, int row)
    {
        var former = _byId.Find(added[row].Id);
        if (former != 0)
        {
            if (IsUnchanged(edit.Rows, former, added, row))
            {
                return;
            }

            edit.Remove(former);
        }

        _byId.Set(edit.Add(row));
    }

    private bool IsUnchanged(DecisionRows held, int same, DecisionRows list, int row) =>
        Int128.Abs((Int128)held[same].Deadline - list[row].Deadline) <= _tolerance
        && held.Kind(same) == list.Kind(row)
        && held.HasValueOf(same, list, row);

    private void Remove(DecisionIndexBuilder edit, int row)
    {
        if (row != 0)
        {
            _byId.Remove(edit.Rows[row].Id);
            edit.Remove(row);
        }
    }
}

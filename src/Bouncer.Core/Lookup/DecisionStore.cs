using System.Runtime.CompilerServices;
using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary>
/// The decisions held. Readers take <see cref="Index"/>, one immutable version, and never wait; a writer builds the next
/// version and swaps the reference. Writers exclude each other.
/// </summary>
/// <remarks>The identity and deletion rules are those of CrowdSec's stream (pkg/database/decisions.go,
/// longestDecisionForScopeTypeValue): see <see cref="DecisionIdentity"/>.</remarks>
internal sealed class DecisionStore
{
    private static readonly DecisionRows None = new();

    /// <summary>A decision that is listed again ends within this of what is held, unless its end was moved: what differs is
    /// how long the answer took.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly Lock _writing = new();
    private readonly DecisionIdentity _identity;
    private readonly RemediationSeverities _severities;
    private readonly int _max;
    private readonly TimeProvider _time;
    private readonly long _tolerance;
    private Dictionary<long, int> _byId = [];
    private DecisionExpiry _expiry;
    private volatile DecisionIndex _index;

    /// <param name="identity">What makes two decisions the same one.</param>
    /// <param name="severities">The order by strength.</param>
    /// <param name="max">The most decisions that are held.</param>
    /// <param name="time">The clock of the deadlines.</param>
    internal DecisionStore(DecisionIdentity identity, RemediationSeverities severities, int max, TimeProvider time)
    {
        _identity = identity;
        _severities = severities;
        _max = max;
        _time = time;
        _tolerance = (long)(Tolerance.TotalSeconds * time.TimestampFrequency);
        _index = DecisionIndex.Empty(new HeldDecisions(new DecisionRows(), severities), version: 0);
        _expiry = new DecisionExpiry(_index.Held, time);
    }

    internal DecisionIndex Index => _index;

    /// <summary>Holds what a list names and nothing else; what it does not change stays where it is.</summary>
    /// <param name="list">The list. It is the store's from now on.</param>
    internal StoreChange Replace(DecisionRows list)
    {
        lock (_writing)
        {
            if (_index.Count > 0)
            {
                return Publish(list, None, edit => List(edit, list));
            }

            Load(list, _index.Version);
            return Trim(new StoreChange(_index.Held, isSnapshot: true));
        }
    }

    /// <summary>Applies a delta: first what ended, then what is new, in one step for readers.</summary>
    internal StoreChange Apply(DecisionRows deleted, DecisionRows added)
    {
        lock (_writing)
        {
            return Publish(added, deleted, edit =>
            {
                for (var row = 1; row <= deleted.Count; row++)
                {
                    Delete(edit, deleted, row);
                }

                OfferAll(edit, added);
            });
        }
    }

    /// <summary>Lets go of the decisions that ended; readers ignore those already.</summary>
    internal StoreChange RemoveExpired()
    {
        lock (_writing)
        {
            var ended = _expiry.TakeEnded(_time.GetTimestamp());
            return Publish(None, None, edit => ended.ForEach(row => Remove(edit, row)));
        }
    }

    private StoreChange Publish(DecisionRows added, DecisionRows deleted, Action<DecisionEdit> make)
    {
        var change = new StoreChange(_index.Held, isSnapshot: false);
        Publish(added, deleted, make, change);
        return Trim(change);
    }

    /// <summary>Lets go of the decisions for which there is no room, and of what only versions that are gone needed.</summary>
    private StoreChange Trim(StoreChange change)
    {
        if (_index.Count > _max)
        {
            var weakest = DecisionLimit.Weakest(_index, _index.Count - _max);
            change.Dropped = weakest.Count;
            Publish(None, None, edit => weakest.ForEach(row => Remove(edit, row)), change);
        }

        if (IsWorn())
        {
            Compact();
        }

        return change;
    }

    private void Publish(DecisionRows added, DecisionRows deleted, Action<DecisionEdit> make, StoreChange change)
    {
        var edit = new DecisionEdit(_index, added, deleted, change);
        make(edit);
        var index = edit.ToIndex();
        change.AddTo(_expiry);
        Publish(edit.IsEmpty ? _index : index);
    }

    private void Publish(DecisionIndex index)
    {
        // Before readers see the index: they rely on the marks.
        _expiry.LookAhead(_time.GetTimestamp());
        _index = index;
    }

    /// <summary>Begins anew with a list of decisions.</summary>
    private void Load(DecisionRows list, long version)
    {
        var held = new HeldDecisions(list, _severities);
        _byId = new Dictionary<long, int>(_identity == DecisionIdentity.Id ? list.Count : 0);
        _expiry = new DecisionExpiry(held, _time);
        var edit = new DecisionEdit(DecisionIndex.Empty(held, version), list, None, change: null);
        OfferAll(edit, list);
        Publish(edit.ToIndex());
    }

    /// <summary>Whether too much is held for the sake of versions that are gone.</summary>
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

    private void List(DecisionEdit edit, DecisionRows list)
    {
        var held = _index.Held.Rows;
        var listed = new bool[held.Count + 1];
        for (var row = 1; row <= list.Count; row++)
        {
            var same = IsById(list, row) ? _byId.GetValueOrDefault(list[row].Id) : edit.FindSame(row);
            if (same != 0 && same < listed.Length && !listed[same])
            {
                listed[same] = true;
                if (IsUnchanged(held, same, list, row))
                {
                    continue;
                }

                Remove(edit, same);
            }

            Offer(edit, list, row);
        }

        foreach (var row in _index.Enumerate())
        {
            if (!listed[row])
            {
                Remove(edit, row);
            }
        }
    }

    private bool IsUnchanged(DecisionRows held, int same, DecisionRows list, int row) =>
        held[same].Id == list[row].Id
        && Int128.Abs((Int128)held[same].Deadline - list[row].Deadline) <= _tolerance
        && held.Kind(same) == list.Kind(row)
        && held.HasValueOf(same, list, row);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OfferAll(DecisionEdit edit, DecisionRows added)
    {
        for (var row = 1; row <= added.Count; row++)
        {
            Offer(edit, added, row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Offer(DecisionEdit edit, DecisionRows added, int row)
    {
        var id = added[row].Id;
        if (!IsById(added, row))
        {
            edit.Offer(row);
            return;
        }

        if (_byId.TryGetValue(id, out var former))
        {
            edit.Remove(former);
        }

        _byId[id] = edit.Add(row);
    }

    private void Delete(DecisionEdit edit, DecisionRows deleted, int row)
    {
        if (!IsById(deleted, row))
        {
            edit.Delete(row);
        }
        else if (_byId.Remove(deleted[row].Id, out var held))
        {
            edit.Remove(held);
        }
    }

    private void Remove(DecisionEdit edit, int row)
    {
        var id = _index.Held.Rows[row].Id;
        if (_byId.TryGetValue(id, out var held) && held == row)
        {
            _byId.Remove(id);
        }

        edit.Remove(row);
    }

    private bool IsById(DecisionRows rows, int row) => _identity == DecisionIdentity.Id && rows[row].Id != 0;
}

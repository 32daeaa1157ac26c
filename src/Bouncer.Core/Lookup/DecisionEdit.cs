using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary>One change of the decisions held, in the making: collects what is to be done, does it network by network, and
/// makes the next index. One thread.</summary>
/// <param name="from">The index that the change starts from.</param>
/// <param name="added">The decisions that may be offered.</param>
/// <param name="deleted">The decisions that may be listed as deleted.</param>
/// <param name="change">Is told what changed; null when everything is new.</param>
internal sealed class DecisionEdit(DecisionIndex from, DecisionRows added, DecisionRows deleted, StoreChange? change)
{
    private const int RowBits = 30;
    private const int RowMask = (1 << RowBits) - 1;

    private readonly HeldDecisions _held = from.Held;
    private readonly PrefixTable.Builder _addresses = from.Addresses.ToBuilder();
    private readonly ImmutableDictionary<ScopedValue, int>.Builder _others = from.Others.ToBuilder();
    private readonly ImmutableDictionary<DecisionScope, int>.Builder _scopes = from.Scopes.ToBuilder();
    private readonly Dictionary<int, OpenSet> _open = [];
    private int _count = from.Count;

    /// <summary>What is to be done with a decision; stands above the bits of its number.</summary>
    private enum Step
    {
        /// <summary>Hold a decision of <c>added</c>, unless the same one is held with a later end.</summary>
        Offer = 0,

        /// <summary>Let go of what LAPI takes for the same as a decision of <c>deleted</c>.</summary>
        Delete,

        /// <summary>Hold a decision that already has a number here.</summary>
        Add,

        /// <summary>Let go of a decision that is held.</summary>
        Remove,
    }

    /// <summary>Whether nothing came and nothing went.</summary>
    internal bool IsEmpty { get; private set; } = true;

    internal void Offer(int row) => Do(Step.Offer, added, row);

    internal void Delete(int row) => Do(Step.Delete, deleted, row);

    /// <returns>The number that the decision has here.</returns>
    internal int Add(int row)
    {
        var own = Own(row);
        Do(Step.Add, _held.Rows, own);
        return own;
    }

    internal void Remove(int row) => Do(Step.Remove, _held.Rows, row);

    /// <summary>The decision held before this change that LAPI takes for the same as one of <c>added</c>; 0 if there is none.
    /// Once that one is let go, it may be one held since.</summary>
    internal int FindSame(int row)
    {
        var some = added[row].Family == RowFamily.Text
            ? from.Others.GetValueOrDefault(ScopedValue.Of(added.Kind(row).Scope, added.Value(row)))
            : from.Addresses.Find(added.Prefix(row));
        return FindSame(some, added, row);
    }

    internal DecisionIndex ToIndex()
    {
        var merge = new Merging(this);
        var addresses = _addresses.ToTable(ref merge);
        foreach (var (number, set) in _open)
        {
            if (number == set.Number && set.Members.Count > 1)
            {
                _held.FillSet(number, set.Members);
            }
        }

        return new DecisionIndex(_held, addresses, _others.ToImmutable(), _scopes.ToImmutable(), _count, from.Version + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Do(Step step, DecisionRows rows, int row)
    {
        var change = ((int)step << RowBits) | row;
        ref readonly var held = ref rows[row];
        if (held.Family == RowFamily.IPv4)
        {
            _addresses.IPv4.Change(new Ipv4Key(held.Place), held.Length, change);
            return;
        }

        if (held.Family == RowFamily.IPv6)
        {
            _addresses.Change(rows.Prefix(row), change);
            return;
        }

        var value = ScopedValue.Of(rows.Kind(row).Scope, rows.Value(row));
        var former = _others.GetValueOrDefault(value);
        var some = Merge(former, change);
        if (some == 0)
        {
            _others.Remove(value);
        }
        else
        {
            _others[value] = some;
        }

        CountValues(value.Scope, (some == 0 ? 0 : 1) - (former == 0 ? 0 : 1));
    }

    private void CountValues(DecisionScope scope, int more)
    {
        if (more != 0 && (_scopes[scope] = _scopes.GetValueOrDefault(scope) + more) == 0)
        {
            _scopes.Remove(scope);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Merge(int some, int change)
    {
        var row = change & RowMask;
        switch ((Step)(change >>> RowBits))
        {
            case Step.Offer when FindSame(some, added, row) is var same && same != 0:
                return added[row].Deadline > _held.Rows[same].Deadline ? With(Without(some, same), Own(row)) : some;
            case Step.Offer:
                return With(some, Own(row));
            case Step.Delete:
                return Without(some, FindSame(some, deleted, row));
            case Step.Add:
                return With(some, row);
            default:
                return Without(some, row);
        }
    }

    private int With(int some, int row)
    {
        _count++;
        IsEmpty = false;
        change?.Added(row);
        if (some == 0)
        {
            return row;
        }

        var set = Open(some);
        set.Add(row);
        return NumberOf(set);
    }

    private int Without(int some, int row)
    {
        if (row == 0 || some == 0 || (some > 0 && some != row))
        {
            return some;
        }

        var set = some > 0 ? null : Open(some);
        if (set?.Remove(row) == false)
        {
            return some;
        }

        _count--;
        IsEmpty = false;
        change?.Removed(row);
        return set switch
        {
            null => 0,
            { Members.Count: 1 } => set.Members.Single(),
            _ => NumberOf(set),
        };
    }

    /// <summary>A set that may be changed, begun with what stands for one decision or for a set as it was.</summary>
    private OpenSet Open(int some)
    {
        if (!_open.TryGetValue(some, out var set))
        {
            set = new OpenSet(_held, _held.RowsOf(some));
            if (some < 0)
            {
                _open.Add(some, set);
            }
        }

        return set;
    }

    /// <summary>The number of a set that was changed.</summary>
    private int NumberOf(OpenSet set)
    {
        if (set.Number == 0)
        {
            set.Number = _held.ReserveSet();
            _open.Add(set.Number, set);
        }

        return set.Number;
    }

    private int FindSame(int some, DecisionRows rows, int row)
    {
        if (some == 0)
        {
            return 0;
        }

        var sameness = rows.Sameness(row);
        return some > 0 ? _held.Rows.Sameness(some) == sameness ? some : 0 : Open(some).Find(sameness);
    }

    private int Own(int row) => ReferenceEquals(added, _held.Rows) ? row : _held.Rows.AddFrom(added, row);

    private readonly struct Merging(DecisionEdit edit) : IMerge<int>
    {
        public int Merge(int held, int change) => edit.Merge(held, change);
    }
}

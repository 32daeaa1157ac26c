using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary>Builds the next index from one change of the decisions held: collects additions and removals and applies them network
/// by network. Not thread-safe.</summary>
/// <param name="from">The index that the change starts from.</param>
/// <param name="added">The decisions that may be added.</param>
/// <param name="change">Receives what changed; null if everything is new.</param>
internal sealed class DecisionIndexBuilder(DecisionIndex from, DecisionRows added, StoreChange? change)
{
    private readonly DecisionArena _held = from.Held;
    private readonly PrefixTable.Builder _addresses = from.Addresses.ToBuilder(change is null ? added.CountHosts() : default);
    private readonly ImmutableDictionary<ScopedValue, int>.Builder _others = from.Others.ToBuilder();
    private readonly ImmutableDictionary<DecisionScope, int>.Builder _scopes = from.Scopes.ToBuilder();
    private readonly Dictionary<int, DecisionSetBuilder> _open = [];
    private int _count = from.Count;

    /// <summary>Whether nothing was added and nothing removed.</summary>
    internal bool IsEmpty { get; private set; } = true;

    /// <summary>The decisions by their numbers in this index.</summary>
    internal DecisionRows Rows => _held.Rows;

    /// <returns>The number of the decision in this index.</returns>
    internal int Add(int row)
    {
        var own = ReferenceEquals(added, _held.Rows) ? row : _held.Rows.AddFrom(added, row);
        Do(own, own);
        WriteSome();
        return own;
    }

    /// <param name="row">The number in this index of a decision that is held or was added by this change.</param>
    internal void Remove(int row) => Do(row, -row);

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

    /// <param name="row">The decision.</param>
    /// <param name="change">Its number to add it, or the negative number to remove it.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Do(int row, int change)
    {
        var rows = _held.Rows;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteSome()
    {
        var merge = new Merging(this);
        _addresses.WriteSome(ref merge);
    }

    private void CountValues(DecisionScope scope, int more)
    {
        if (more != 0 && (_scopes[scope] = _scopes.GetValueOrDefault(scope) + more) == 0)
        {
            _scopes.Remove(scope);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Merge(int some, int change) => change > 0 ? With(some, change) : Without(some, -change);

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
        if (some == 0 || (some > 0 && some != row))
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

    /// <summary>Creates a set that can be changed, from the number of a decision or of an existing set.</summary>
    private DecisionSetBuilder Open(int some)
    {
        if (!_open.TryGetValue(some, out var set))
        {
            set = new DecisionSetBuilder(_held.RowsOf(some));
            if (some < 0)
            {
                _open.Add(some, set);
            }
        }

        return set;
    }

    /// <summary>Returns the number of a changed set.</summary>
    private int NumberOf(DecisionSetBuilder set)
    {
        if (set.Number == 0)
        {
            set.Number = _held.ReserveSet();
            _open.Add(set.Number, set);
        }

        return set.Number;
    }

    private readonly struct Merging(DecisionIndexBuilder edit) : IMergeFunction<int>
    {
        public int Merge(int held, int change) => edit.Merge(held, change);
    }
}

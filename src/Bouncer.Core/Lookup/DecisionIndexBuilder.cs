using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Bouncer.Lookup;

/// <summary>Makes the next index out of one and its changes. One thread.</summary>
internal sealed class DecisionIndexBuilder(DecisionIndex from, RemediationSeverities severities)
{
    private readonly PrefixTable<DecisionSet>.Builder _addresses = from.Addresses.ToBuilder();
    private readonly ImmutableDictionary<ScopedValue, DecisionSet>.Builder _others = from.Others.ToBuilder();
    private int _count = from.Count;

    internal void Add(Decision decision)
    {
        Put(decision, TryGet(decision, out var set) ? set.With(decision, severities) : DecisionSet.Of(decision, severities));
        _count++;
    }

    internal void Remove(Decision held)
    {
        if (!TryGet(held, out var set))
        {
            return;
        }

        var rest = set.Without(held);
        if (!ReferenceEquals(rest, set))
        {
            Put(held, rest);
            _count--;
        }
    }

    internal bool Contains(Decision held) => TryGet(held, out var set) && set.Decisions.Contains(held);

    /// <summary>The decisions held on the network or value that a decision names.</summary>
    internal bool TryGet(Decision like, [NotNullWhen(true)] out DecisionSet? set) =>
        like.Prefix is { } prefix
            ? _addresses.TryGet(prefix, out set)
            : _others.TryGetValue(ScopedValue.Of(like.Scope, like.Value), out set);

    internal DecisionIndex ToIndex() => new(_addresses.ToTable(), _others.ToImmutable(), _count, from.Version + 1);

    private void Put(Decision like, DecisionSet? set)
    {
        if (like.Prefix is { } prefix)
        {
            if (set is null)
            {
                _addresses.Remove(prefix);
            }
            else
            {
                _addresses.Set(prefix, set);
            }
        }
        else if (set is null)
        {
            _others.Remove(ScopedValue.Of(like.Scope, like.Value));
        }
        else
        {
            _others[ScopedValue.Of(like.Scope, like.Value)] = set;
        }
    }
}

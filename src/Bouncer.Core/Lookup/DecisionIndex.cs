using System.Collections.Immutable;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>All decisions of one moment. Immutable: any number of threads may read it, for as long as they like.</summary>
internal sealed class DecisionIndex(
    PrefixTable<DecisionSet> addresses,
    ImmutableDictionary<ScopedValue, DecisionSet> others,
    int count,
    long version)
{
    internal static DecisionIndex Empty { get; } =
        new(PrefixTable<DecisionSet>.Empty, ImmutableDictionary<ScopedValue, DecisionSet>.Empty, 0, 0);

    /// <summary>Nothing, in the place of what was held till now.</summary>
    internal static DecisionIndex EmptyAfter(DecisionIndex index) => new(Empty.Addresses, Empty.Others, 0, index.Version);

    internal PrefixTable<DecisionSet> Addresses => addresses;

    internal ImmutableDictionary<ScopedValue, DecisionSet> Others => others;

    internal int Count => count;

    /// <summary>Grows by one with every change.</summary>
    internal long Version => version;

    /// <summary>The strongest live decision that covers an address; of equal ones the most specific. The clock is read
    /// only when something covers it.</summary>
    internal Decision? FindStrongest(IpKey address, TimeProvider time)
    {
        Decision? strongest = null;
        var highest = 0;
        var now = 0L;
        foreach (var set in addresses.Covering(address))
        {
            now = now == 0 ? time.GetTimestamp() : now;
            if (set.TryGetStrongest(now, out var decision, out var severity) && (strongest is null || severity > highest))
            {
                strongest = decision;
                highest = severity;
            }
        }

        return strongest;
    }

    /// <summary>Every live decision that covers an address, the strongest first, of equal ones the most specific.</summary>
    internal IReadOnlyList<Decision> FindAll(IpKey address, RemediationSeverities severities, long now)
    {
        List<Decision>? found = null;
        foreach (var set in addresses.Covering(address))
        {
            foreach (var decision in set.Decisions)
            {
                if (decision.Deadline > now)
                {
                    (found ??= []).Add(decision);
                }
            }
        }

        return found is null
            ? []
            : [.. found.OrderByDescending(d => severities.Of(d.Remediation)).ThenByDescending(d => d.Prefix?.Length)];
    }

    internal IReadOnlyList<Decision> FindAll(ScopedValue value, long now)
    {
        List<Decision> found = [];
        if (others.TryGetValue(value, out var set))
        {
            foreach (var decision in set.Decisions)
            {
                if (decision.Deadline > now)
                {
                    found.Add(decision);
                }
            }
        }

        return found;
    }

    internal IEnumerable<Decision> Enumerate()
    {
        foreach (var (_, set) in addresses.Enumerate())
        {
            for (var i = 0; i < set.Decisions.Length; i++)
            {
                yield return set.Decisions[i];
            }
        }

        foreach (var set in others.Values)
        {
            for (var i = 0; i < set.Decisions.Length; i++)
            {
                yield return set.Decisions[i];
            }
        }
    }
}

using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>What is to be blocked of one family, bucket by bucket. Not thread-safe.</summary>
internal sealed class AddressFamilyRules
{
    /// <summary>What Windows refused, by bucket.</summary>
    private readonly Dictionary<int, RangeSet> _refused = [];

    private RangeSet _leftOut;

    internal AddressFamilyRules(bool isIPv4, int addressesPerRule)
    {
        IsIPv4 = isIPv4;
        _leftOut = AddressText.Unwritable(isIPv4);
        Buckets = new(RuleChunk.Capacity(isIPv4, addressesPerRule));
    }

    internal bool IsIPv4 { get; }

    internal Buckets Buckets { get; }

    /// <summary>How many networks no rule can hold anything of, though none of them is allowed.</summary>
    internal int RefusedNetworks => Enumerable.Range(0, Buckets.Count).Sum(bucket =>
    {
        var refused = Refused(bucket);
        return Buckets[bucket].Count(network => network.Length == 0 || refused.Contains(AddressRange.Of(network)));
    });

    internal void Fill(List<Prefix> networks, int knownCount)
    {
        _refused.Clear();
        Buckets.Fill(networks, knownCount);
    }

    internal bool Add(Prefix network) => Buckets.Add(network);

    internal bool Remove(Prefix network) => Buckets.Remove(network);

    internal void Allow(IReadOnlyList<Prefix> allowed) =>
        _leftOut = AddressText.Unwritable(IsIPv4).Union(RangeSet.Of(allowed.Where(network => network.IsIPv4 == IsIPv4).Select(AddressRange.Of)));

    internal void Refuse(int bucket, RangeSet ranges) => _refused[bucket] = _refused.GetValueOrDefault(bucket, RangeSet.Empty).Union(ranges);

    /// <summary>What the rules of a bucket are to hold: its networks without the allowed and the refused ones.</summary>
    internal RangeSet Wanted(int bucket)
    {
        if (bucket >= Buckets.Count || Buckets[bucket].Count == 0)
        {
            return RangeSet.Empty;
        }

        var union = Union(bucket);
        var left = IsWhole(union) ? RangeSet.Empty : union.Except(_leftOut);
        return _refused.TryGetValue(bucket, out var refused) ? left.Except(refused) : left;
    }

    /// <summary>Counts the networks that not all of some sets hold.</summary>
    internal int CountBeyond(RangeSet[] sets)
    {
        var count = 0;
        for (var bucket = 0; bucket < Buckets.Count; bucket++)
        {
            var wanted = Wanted(bucket);
            if (Array.TrueForAll(sets, set => wanted.Except(set).IsEmpty))
            {
                continue;
            }

            foreach (var network in Buckets[bucket])
            {
                var range = AddressRange.Of(network);
                count += Array.Exists(sets, set => !Holds(set, wanted, range)) ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>Whether a set holds what is wanted of a network.</summary>
    private static bool Holds(RangeSet set, RangeSet wanted, AddressRange network)
    {
        if (set.Contains(network))
        {
            return true;
        }

        // Most networks are wanted as they are.
        return !wanted.Contains(network) && wanted.Within(network).All(set.Contains);
    }

    private RangeSet Refused(int bucket)
    {
        var union = Union(bucket);
        var left = union.Except(AddressText.Unwritable(IsIPv4)).Except(_refused.GetValueOrDefault(bucket, RangeSet.Empty));
        return IsWhole(union) ? union : ReferenceEquals(left, union) ? RangeSet.Empty : union.Except(left);
    }

    /// <summary>All that a bucket's networks hold, but for the network of all addresses, which comes first among them.</summary>
    private RangeSet Union(int bucket)
    {
        var networks = Buckets[bucket];
        return RangeSet.OfSorted(networks is [{ Length: 0 }, ..] ? [.. networks.Skip(1)] : networks);
    }

    /// <summary>All addresses there are: that is no decision, but a mistake that would cut this machine off.</summary>
    private bool IsWhole(RangeSet ranges) => ranges.Contains(AddressRange.WholeOf(IsIPv4));
}

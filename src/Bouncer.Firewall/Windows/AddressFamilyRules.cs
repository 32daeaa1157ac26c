using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>The networks of one family to block, by bucket. Not thread-safe.</summary>
internal sealed class AddressFamilyRules
{
    /// <summary>The ranges that Windows refused, by bucket.</summary>
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

    /// <summary>The number of networks that are not allowed and of which no rule can contain any address.</summary>
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

    /// <summary>The intended content of a bucket's rules: its networks without the allowed and the refused addresses.</summary>
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

    /// <summary>Counts the networks that at least one of the sets does not contain.</summary>
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

    /// <summary>Whether a set contains the wanted part of a network.</summary>
    private static bool Holds(RangeSet set, RangeSet wanted, AddressRange network)
    {
        if (set.Contains(network))
        {
            return true;
        }

        // Most networks are wanted completely.
        return !wanted.Contains(network) && wanted.Within(network).All(set.Contains);
    }

    private RangeSet Refused(int bucket)
    {
        var union = Union(bucket);
        var left = union.Except(AddressText.Unwritable(IsIPv4)).Except(_refused.GetValueOrDefault(bucket, RangeSet.Empty));
        return IsWhole(union) ? union : ReferenceEquals(left, union) ? RangeSet.Empty : union.Except(left);
    }

    /// <summary>The union of a bucket's networks, except the network of all addresses, which sorts first.</summary>
    private RangeSet Union(int bucket)
    {
        var networks = Buckets[bucket];
        return RangeSet.OfSorted(networks is [{ Length: 0 }, ..] ? [.. networks.Skip(1)] : networks);
    }

    /// <summary>All addresses: such a decision is a mistake that would disconnect this machine.</summary>
    private bool IsWhole(RangeSet ranges) => ranges.Contains(AddressRange.WholeOf(IsIPv4));
}

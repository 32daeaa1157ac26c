using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>The blocked networks of one family, spread over buckets by their own hash: a network that comes or goes changes the
/// rules of one bucket, in every process. Not thread-safe.</summary>
/// <remarks>The count is a power of two. When it doubles, bucket i of n parts into i and i + n, and nothing else moves. So the
/// numbers of the rules that there are tell how many buckets there were: where the upper half is empty, half as many hold
/// the same in the same places.</remarks>
internal sealed class Buckets
{
    /// <summary>The most buckets; what does not fit into that many rules goes onto further pages.</summary>
    internal const int MostCount = 1024;

    private const double Full = 0.8;
    private const double Fresh = 0.5;
    private const double NearlyEmpty = 0.1;

    private readonly int _capacity;
    private List<Prefix>[] _networks = [[]];

    /// <param name="capacity">How many networks go into a rule; in the mean, as networks that touch become one range.</param>
    internal Buckets(int capacity) => _capacity = capacity;

    internal int Count => _networks.Length;

    internal int Networks { get; private set; }

    /// <summary>The networks of a bucket, in order.</summary>
    internal IReadOnlyList<Prefix> this[int bucket] => _networks[bucket];

    internal int IndexOf(Prefix network) => IndexOf(network, Count);

    /// <summary>Holds these networks instead of all others.</summary>
    /// <param name="networks">The networks, each once.</param>
    /// <param name="knownCount">How many buckets there were, or half or less of it if the others were empty; 0 if there were none.
    /// Kept unless there are far too few or far too many.</param>
    internal void Fill(IReadOnlyCollection<Prefix> networks, int knownCount)
    {
        Networks = networks.Count;
        var count = knownCount;
        if (Networks < NearlyEmpty * knownCount * _capacity || knownCount == 0)
        {
            count = FreshCount();
        }

        // No more than just needed: that is never beyond the count that there was before its upper half was found empty.
        while (IsFull(count))
        {
            count *= 2;
        }

        Spread(networks, count);
    }

    /// <summary>Adds a network.</summary>
    /// <returns>Whether it was not there.</returns>
    internal bool Add(Prefix network)
    {
        var bucket = _networks[IndexOf(network)];
        var at = bucket.BinarySearch(network);
        if (at < 0)
        {
            bucket.Insert(~at, network);
            Networks++;
        }

        return at < 0;
    }

    /// <summary>Removes a network.</summary>
    /// <returns>Whether it was there.</returns>
    internal bool Remove(Prefix network)
    {
        var bucket = _networks[IndexOf(network)];
        var at = bucket.BinarySearch(network);
        if (at >= 0)
        {
            bucket.RemoveAt(at);
            Networks--;
        }

        return at >= 0;
    }

    /// <summary>Parts the buckets when they have become too full.</summary>
    /// <returns>Whether they had.</returns>
    internal bool Grow()
    {
        if (!IsFull(Count))
        {
            return false;
        }

        Spread([.. _networks.SelectMany(bucket => bucket)], FreshCount());
        return true;
    }

    private static int IndexOf(Prefix network, int count) => (int)(Hash(network) & (uint)(count - 1));

    /// <summary>Of the /24 of a narrow IPv4 network, so that neighbours meet in one bucket and become one range; of all other
    /// networks by themselves. Written down in no standard, but fixed: rules outlive the process and the version.</summary>
    private static uint Hash(Prefix network)
    {
        var place = network is { IsIPv4: true, Length: >= 24 } ? network.Address >> 8 << 8 : network.Address;
        var length = network is { IsIPv4: true, Length: >= 24 } ? 24UL : network.Length;
        return (uint)Mix((ulong)place ^ Mix((ulong)(place >> 64) + (length << 1) + 1));
    }

    /// <summary>The finaliser of MurmurHash3 for 64 bits: every bit of the result hangs on every bit of the number.</summary>
    private static ulong Mix(ulong bits)
    {
        bits = (bits ^ (bits >> 33)) * 0xff51afd7ed558ccd;
        bits = (bits ^ (bits >> 33)) * 0xc4ceb9fe1a85ec53;
        return bits ^ (bits >> 33);
    }

    private bool IsFull(int count) => count < MostCount && Networks > Full * count * _capacity;

    private int FreshCount()
    {
        var count = 1;
        while (count < MostCount && Networks > Fresh * count * _capacity)
        {
            count *= 2;
        }

        return count;
    }

    private void Spread(IReadOnlyCollection<Prefix> networks, int count)
    {
        _networks = new List<Prefix>[count];
        for (var i = 0; i < count; i++)
        {
            _networks[i] = new(networks.Count / count);
        }

        foreach (var network in networks)
        {
            _networks[IndexOf(network)].Add(network);
        }

        Array.ForEach(_networks, bucket => bucket.Sort());
    }
}

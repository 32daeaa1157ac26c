using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>The blocked networks of one family, distributed over buckets by a fixed hash: adding or removing a network changes the
/// rules of one bucket, the same one in every process. Not thread-safe.</summary>
/// <remarks>The count is a power of two. When it doubles, bucket i of n is split into i and i + n, and nothing else moves. The
/// numbers of the existing rules therefore show how many buckets there were: if the upper half is empty, half as many buckets have
/// the same content.</remarks>
internal sealed class Buckets
{
    /// <summary>The maximum number of buckets; what does not fit into that many rules is put on further pages.</summary>
    internal const int MostCount = 1024;

    private const double Full = 0.8;
    private const double Fresh = 0.5;
    private const double NearlyEmpty = 0.1;

    private readonly int _capacity;
    private List<Prefix>[] _networks = [[]];

    /// <param name="capacity">The average number of networks in a rule, because adjacent networks become one range.</param>
    internal Buckets(int capacity) => _capacity = capacity;

    internal int Count => _networks.Length;

    internal int Networks { get; private set; }

    /// <summary>The networks of a bucket, in order.</summary>
    internal IReadOnlyList<Prefix> this[int bucket] => _networks[bucket];

    internal int IndexOf(Prefix network) => IndexOf(network, Count);

    /// <summary>Replaces the networks.</summary>
    /// <param name="networks">The networks, each once.</param>
    /// <param name="knownCount">The previous number of buckets, or half of it or less if the others were empty; 0 if there were
    /// none. It is kept unless it is far too small or far too large.</param>
    internal void Fill(IReadOnlyCollection<Prefix> networks, int knownCount)
    {
        Networks = networks.Count;
        var count = knownCount;
        if (Networks < NearlyEmpty * knownCount * _capacity || knownCount == 0)
        {
            count = FreshCount();
        }

        // Only as many as needed: never more than the count before its upper half was found empty.
        while (IsFull(count))
        {
            count *= 2;
        }

        Spread(networks, count);
    }

    /// <summary>Adds a network.</summary>
    /// <returns>Whether it was added; false if it existed already.</returns>
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
    /// <returns>Whether it existed.</returns>
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

    /// <summary>Splits the buckets if they are too full.</summary>
    /// <returns>Whether they were split.</returns>
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

    /// <summary>Uses the /24 of a longer IPv4 network, so that adjacent addresses are in one bucket and become one range, and any
    /// other network itself. Must not be changed: rules outlive the process and its version.</summary>
    private static uint Hash(Prefix network)
    {
        var place = network is { IsIPv4: true, Length: >= 24 } ? network.Address >> 8 << 8 : network.Address;
        var length = network is { IsIPv4: true, Length: >= 24 } ? 24UL : network.Length;
        return (uint)Mix((ulong)place ^ Mix((ulong)(place >> 64) + (length << 1) + 1));
    }

    /// <summary>The finaliser of MurmurHash3 for 64 bits: every bit of the result depends on every bit of the number.</summary>
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

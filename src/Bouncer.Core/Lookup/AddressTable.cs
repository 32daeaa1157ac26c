using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>The networks of one address family, and a number for each. Immutable.</summary>
/// <remarks>One hash map holds the hosts, a second one all other networks; <see cref="PrefixLevel{TKey}"/> has the lengths that
/// need a lookup. Filters answer nearly all misses.</remarks>
internal sealed partial class AddressTable<TKey>
    where TKey : struct, INetworkKey<TKey>
{
    private readonly SiteFilter _hostFilter;
    private readonly SiteFilter _networkFilter;
    private readonly PrefixLevel<TKey>[] _beyond;
    private readonly NetworkMap<TKey, int> _hosts;
    private readonly NetworkMap<TKey, int> _networks;
    private readonly PrefixLevel<TKey>[] _levels;
    private readonly PrefixLevel<TKey>[] _inUse;
    private readonly int _age;

    private AddressTable(
        SiteFilter hostFilter,
        NetworkMap<TKey, int> hosts,
        SiteFilter networkFilter,
        NetworkMap<TKey, int> networks,
        PrefixLevel<TKey>[] levels,
        int age)
    {
        _hostFilter = hostFilter;
        _hosts = hosts;
        _networkFilter = networkFilter;
        _networks = networks;
        _levels = levels;
        _inUse = [.. levels.Where(level => !level.IsEmpty)];
        _beyond = [.. _inUse.Where(level => !HasPlaces(level))];
        _age = age;
    }

    internal static AddressTable<TKey> Empty { get; } = new(
        SiteFilter.Empty,
        NetworkMap<TKey, int>.Empty,
        SiteFilter.Empty,
        NetworkMap<TKey, int>.Empty,
        [.. TKey.Sites.ToArray().Select(site => PrefixLevel<TKey>.Empty(site))],
        age: 0);

    internal int Count => _hosts.Count + _networks.Count;

    /// <summary>The number of exactly this network; 0 if it is not held.</summary>
    internal int Find(TKey address, int length) =>
        length == TKey.Width ? _hosts.Find(address) : _networks.Find(address.Network(length));

    /// <summary>Passes the numbers of the networks that cover an address to a visitor, most specific first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Visit<TVisitor>(TKey address, ref TVisitor visitor)
        where TVisitor : struct, ICoverVisitor
    {
        var host = FindHost(address);
        if (host != 0)
        {
            visitor.Visit(host);
        }

        if (MayBeWithinNetwork(address))
        {
            VisitNetworks(address, ref visitor);
        }
    }

    /// <summary>The number of a host; 0 if it is not held. Nearly all misses read only the filter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int FindHost(TKey address) => _hostFilter.MayHold(address.Place()) ? _hosts.Find(address) : 0;

    /// <summary>Whether there may be networks around an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MayBeWithinNetwork(TKey address) =>
        _networkFilter.MayHold(address.Place()) || (_beyond.Length > 0 && MayBeBeyond(address));

    /// <summary>Passes the numbers of the networks around an address, without the host itself, to a visitor, most specific
    /// first.</summary>
    internal void VisitNetworks<TVisitor>(TKey address, ref TVisitor visitor)
        where TVisitor : struct, ICoverVisitor
    {
        foreach (var level in _inUse)
        {
            for (var lengths = level.Find(address); lengths != 0;)
            {
                var longest = BitOperations.Log2(lengths);
                lengths &= ~(1U << longest);
                if (_networks.Find(address.Network(level.Site + longest)) is var network && network != 0)
                {
                    visitor.Visit(network);
                }
            }
        }
    }

    /// <summary>Enumerates every network as its key and length, with its number, in no particular order.</summary>
    internal IEnumerable<(TKey Key, int Length, int Value)> Enumerate() =>
        _hosts.Enumerate().Select(host => (host.Key, TKey.Width, host.Value))
            .Concat(_networks.Enumerate().Select(network => (network.Key, network.Key.Length, network.Value)));

    /// <summary>Whether the filter of the networks includes those of a level.</summary>
    private static bool HasPlaces(PrefixLevel<TKey> level) => default(TKey).Network(level.Site).TryGetPlaces(out _, out _);

    private bool MayBeBeyond(TKey address)
    {
        foreach (var level in _beyond)
        {
            if (level.MayHold(address))
            {
                return true;
            }
        }

        return false;
    }
}

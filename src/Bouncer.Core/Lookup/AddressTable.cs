using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>The networks of one address family, and a number for each. Immutable.</summary>
/// <remarks>Hosts lie in one hash map, all other networks in a second; <see cref="Level{TKey}"/> tells which lengths are worth
/// asking for. Filters answer nearly all misses.</remarks>
internal sealed partial class AddressTable<TKey>
    where TKey : struct, INetworkKey<TKey>
{
    private readonly SiteFilter _hostFilter;
    private readonly SiteFilter _networkFilter;
    private readonly Level<TKey>[] _beyond;
    private readonly NetworkMap<TKey, int> _hosts;
    private readonly NetworkMap<TKey, int> _networks;
    private readonly Level<TKey>[] _levels;
    private readonly Level<TKey>[] _within;
    private readonly int _age;

    private AddressTable(
        SiteFilter hostFilter,
        NetworkMap<TKey, int> hosts,
        SiteFilter networkFilter,
        NetworkMap<TKey, int> networks,
        Level<TKey>[] levels,
        int age)
    {
        _hostFilter = hostFilter;
        _hosts = hosts;
        _networkFilter = networkFilter;
        _networks = networks;
        _levels = levels;
        _within = [.. levels.Where(level => level.Lengths.Count > 0 && HasPlaces(level))];
        _beyond = [.. levels.Where(level => level.Lengths.Count > 0 && !HasPlaces(level))];
        _age = age;
    }

    internal static AddressTable<TKey> Empty { get; } = new(
        SiteFilter.Empty,
        NetworkMap<TKey, int>.Empty,
        SiteFilter.Empty,
        NetworkMap<TKey, int>.Empty,
        [.. TKey.Sites.ToArray().Select(site => new Level<TKey>(site, SiteFilter.Empty, NetworkMap<TKey, ulong>.Empty))],
        age: 0);

    internal int Count => _hosts.Count + _networks.Count;

    /// <summary>The number of exactly this network; 0 if it is not held.</summary>
    internal int Find(TKey address, int length) =>
        length == TKey.Width ? _hosts.Find(address) : _networks.Find(address.Network(length));

    /// <summary>Shows the numbers of the networks that cover an address, the most specific first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Visit<TVisitor>(TKey address, ref TVisitor visitor)
        where TVisitor : struct, ICoverVisitor
    {
        var place = address.Place();
        if (_hostFilter.MayHold(place) && _hosts.Find(address) is var host && host != 0)
        {
            visitor.Visit(host);
        }

        if (_networkFilter.MayHold(place))
        {
            Visit(_within, address, ref visitor);
        }

        if (_beyond.Length > 0)
        {
            Visit(_beyond, address, ref visitor);
        }
    }

    /// <summary>Every network, as a key and its length, and its number, in no order to rely on.</summary>
    internal IEnumerable<(TKey Key, int Length, int Value)> Enumerate() =>
        _hosts.Enumerate().Select(host => (host.Key, TKey.Width, host.Value))
            .Concat(_networks.Enumerate().Select(network => (network.Key, network.Key.Length, network.Value)));

    /// <summary>Whether the filter of the networks knows of those of a level.</summary>
    private static bool HasPlaces(Level<TKey> level) => default(TKey).Network(level.Site).TryGetPlaces(out _, out _);

    private void Visit<TVisitor>(Level<TKey>[] levels, TKey address, ref TVisitor visitor)
        where TVisitor : struct, ICoverVisitor
    {
        foreach (var level in levels)
        {
            for (var lengths = level.Find(address); lengths != 0;)
            {
                var longest = BitOperations.Log2(lengths);
                lengths &= ~(1UL << longest);
                if (_networks.Find(address.Network(level.Site + longest)) is var network && network != 0)
                {
                    visitor.Visit(network);
                }
            }
        }
    }
}

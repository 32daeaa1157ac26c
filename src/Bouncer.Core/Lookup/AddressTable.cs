using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>The networks of one address family, and a number for each. Immutable.</summary>
/// <remarks>Hosts lie in one hash map, all other networks in a second; <see cref="Level{TKey}"/> tells which lengths are worth
/// asking for. Filters answer nearly all misses.</remarks>
internal sealed partial class AddressTable<TKey>
    where TKey : struct, INetworkKey<TKey>
{
    private readonly SiteFilter _near;
    private readonly SiteFilter _far;
    private readonly bool _hasWide;
    private readonly NetworkMap<TKey, int> _hosts;
    private readonly NetworkMap<TKey, int> _networks;
    private readonly Level<TKey>[] _levels;
    private readonly Level<TKey>[] _inUse;
    private readonly int _age;

    private AddressTable(SiteFilter near, NetworkMap<TKey, int> hosts, NetworkMap<TKey, int> networks, Level<TKey>[] levels, int age)
    {
        _near = near;
        _far = levels[1].Filter;
        _hasWide = levels[2..].Any(level => level.Lengths.Count > 0);
        _hosts = hosts;
        _networks = networks;
        _levels = levels;
        _inUse = [.. levels.Where(level => level.Lengths.Count > 0)];
        _age = age;
    }

    internal static AddressTable<TKey> Empty { get; } = new(
        SiteFilter.Empty,
        NetworkMap<TKey, int>.Empty,
        NetworkMap<TKey, int>.Empty,
        [.. TKey.Sites.ToArray().Select(site => new Level<TKey>(site, SiteFilter.Empty, NetworkMap<TKey, ulong>.Empty))],
        age: 0);

    internal int Count => _hosts.Count + _networks.Count;

    /// <summary>The number of exactly this network; 0 if it is not held.</summary>
    internal int Find(TKey address, int length) =>
        length == TKey.Width ? _hosts.Find(address) : _networks.Find(address.Network(length));

    /// <summary>Walks the numbers of the networks that cover an address, the most specific first. Allocates nothing.</summary>
    internal Walk Covering(TKey address) => new(this, address);

    /// <summary>Every network, as a key and its length, and its number, in no order to rely on.</summary>
    internal IEnumerable<(TKey Key, int Length, int Value)> Enumerate() =>
        _hosts.Enumerate().Select(host => (host.Key, TKey.Width, host.Value))
            .Concat(_networks.Enumerate().Select(network => (network.Key, network.Key.Length, network.Value)));

    /// <summary>Whether it is worth looking for networks around an address; nearly all misses end here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MayCover(TKey address) =>
        _near.MayHold(address.Place(TKey.Sites[0])) || _far.MayHold(address.Place(TKey.Sites[1])) || _hasWide;

    /// <summary>The networks around one address, from the host outwards; it lives on the stack.</summary>
    internal ref struct Walk(AddressTable<TKey> table, TKey address)
    {
        private ulong _lengths;
        private int _level = -1;
        private int _current;

        public readonly int Current => _current;

        public readonly Walk GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_level < 0)
            {
                _level = 0;
                if (table._near.MayHold(address.Place(TKey.Sites[0])) && (_current = table._hosts.Find(address)) != 0)
                {
                    return true;
                }
            }

            var levels = table._inUse;
            while (true)
            {
                while (_lengths != 0)
                {
                    var longest = BitOperations.Log2(_lengths);
                    _lengths &= ~(1UL << longest);
                    if ((_current = table._networks.Find(address.Network(levels[_level - 1].Site + longest))) != 0)
                    {
                        return true;
                    }
                }

                if (_level == levels.Length)
                {
                    return false;
                }

                _lengths = levels[_level++].Find(address);
            }
        }
    }
}

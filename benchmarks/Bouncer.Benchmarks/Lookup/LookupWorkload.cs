using Bouncer.Net;

namespace Bouncer.Benchmarks.Lookup;

/// <summary>A set of networks shaped after public blocklists, and the addresses that are asked for; the same for the same
/// size and seed.</summary>
/// <remarks>94.8 % IPv4 hosts, half of them crowded into one /16 of 24; 3.1 % IPv4 ranges, half of them /24; 2.1 % IPv6,
/// half hosts, a third /64, the rest /48.</remarks>
internal sealed class LookupWorkload
{
    internal const int DefaultSeed = 20261122;

    private const int Clients = 200_000;
    private readonly Random _random;
    private readonly uint[] _blocks;
    private readonly ulong[] _providers;

    internal LookupWorkload(int count, int seed = DefaultSeed)
    {
        _random = new Random(seed);
        _blocks = [.. Enumerable.Range(0, 1 << 16).Select(i => (uint)i)];
        _random.Shuffle(_blocks);
        _blocks = _blocks[..(int)(24_000 * Math.Sqrt(count / 1e6))];
        _providers = [.. Enumerable.Range(0, 400).Select(_ => (0x2000_0000UL + (ulong)_random.Next(0x0c0f_0000)) << 32)];
        Prefixes = Networks(count);
    }

    internal IpPrefix[] Prefixes { get; }

    /// <summary>(a): one hit in a hundred, the clients Zipf-distributed, 23 % of them IPv6.</summary>
    internal IpKey[] Realistic(int count, Predicate<IpKey> isListed)
    {
        var clients = Fill(Clients, () => Miss(() => _random.Next(100) < 23 ? IPv6(16) : AnyIPv4(), isListed));
        return Fill(count, () => _random.Next(100) == 0 ? Listed() : clients[(int)Math.Pow(Clients, _random.NextDouble()) - 1]);
    }

    /// <summary>(b): any IPv4 address without a decision.</summary>
    internal IpKey[] Misses(int count, Predicate<IpKey> isListed) => Fill(count, () => Miss(AnyIPv4, isListed));

    /// <summary>(c): every other address has a decision.</summary>
    internal IpKey[] HalfHits(int count, Predicate<IpKey> isListed) =>
        Fill(count, () => _random.Next(2) == 0 ? Listed() : Miss(AnyIPv4, isListed));

    /// <summary>Networks to add, in the same places as those of the set.</summary>
    internal IpPrefix[] More(int count) => Networks(count);

    private IpPrefix[] Networks(int count)
    {
        var networks = new HashSet<IpPrefix>();
        while (networks.Count < count)
        {
            var kind = _random.Next(1000);
            if (kind < 46)
            {
                networks.Add(Range());
            }
            else if (kind < 77)
            {
                networks.Add(_random.Next(6) switch
                {
                    < 3 => IpPrefix.Host(IPv6(16)),
                    < 5 => IpPrefix.Of(IPv6(16), 64),
                    _ => IpPrefix.Of(IPv6(16), 48),
                });
            }
            else
            {
                AddHosts(networks, count);
            }
        }

        IpPrefix[] shuffled = [.. networks];
        _random.Shuffle(shuffled);
        return shuffled;
    }

    private void AddHosts(HashSet<IpPrefix> networks, int count)
    {
        var isCrowded = _random.Next(10) < 2;
        var subnet = isCrowded ? Subnet(0, _blocks.Length / 24) : Subnet(_blocks.Length / 24, _blocks.Length);
        var hosts = isCrowded && _random.Next(3) > 0 ? _random.Next(2, 24) : _random.Next(10) == 0 ? _random.Next(2, 5) : 1;
        while (hosts-- > 0 && networks.Count < count)
        {
            networks.Add(IpPrefix.Host(IpKey.FromIPv4(subnet | (uint)_random.Next(256))));
        }
    }

    private IpPrefix Range() =>
        IpPrefix.Of(IpKey.FromIPv4(Subnet(0, _blocks.Length) | (uint)_random.Next(256)), _random.Next(2) == 0 ? 24 : _random.Next(16, 29));

    private uint Subnet(int from, int to) =>
        (_blocks[from + (int)((to - from) * Math.Pow(_random.NextDouble(), 1.4))] << 16) | ((uint)_random.Next(256) << 8);

    private IpKey IPv6(int siteBits) =>
        new(_providers[_random.Next(_providers.Length)] | ((ulong)_random.Next(1 << siteBits) << 16) | (uint)_random.Next(4), (ulong)_random.NextInt64());

    private IpKey AnyIPv4() => IpKey.FromIPv4((uint)_random.NextInt64(1L << 32));

    /// <summary>An address of a listed network.</summary>
    private IpKey Listed()
    {
        var prefix = Prefixes[_random.Next(Prefixes.Length)];
        return prefix.IsIPv4
            ? IpKey.FromIPv4(prefix.Key.IPv4 | (uint)(_random.NextInt64(1L << 32) & ((1L << (32 - prefix.Length)) - 1)))
            : new(prefix.Key.High, prefix.Key.Low | (prefix.Length <= 64 ? (uint)_random.Next() : 0UL));
    }

    private static IpKey Miss(Func<IpKey> draw, Predicate<IpKey> isListed)
    {
        while (true)
        {
            var address = draw();
            if (!isListed(address))
            {
                return address;
            }
        }
    }

    private static IpKey[] Fill(int count, Func<IpKey> draw)
    {
        var keys = new IpKey[count];
        for (var i = 0; i < count; i++)
        {
            keys[i] = draw();
        }

        return keys;
    }
}

using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>Sets of networks in the shapes that matter, the same for the same seed.</summary>
internal static class SeededPrefixes
{
    internal static IpPrefix[] Of(PrefixShape shape, int seed, int count)
    {
        var random = new Random(seed);
        IEnumerable<IpPrefix> prefixes = shape switch
        {
            PrefixShape.Uniform => Repeat(count, () => Uniform(random)),
            PrefixShape.Blocklist => Blocklist(random, count),
            PrefixShape.Nested => Nested(random),
            PrefixShape.IPv6Tree => IPv6Tree(random, count),
            PrefixShape.CrowdedBlock => Repeat(count, () => IpPrefix.Of(IpKey.FromIPv4(0xC633_0000 | (uint)random.Next(1 << 16)), random.Next(14, 33))),
            PrefixShape.CrowdedSite => Repeat(count, () => IpPrefix.Of(new IpKey(0x2001_0db8_0001_0000UL | (uint)random.Next(4), (ulong)random.NextInt64()), random.Next(45, 129))),
            PrefixShape.Wide => Repeat(count, () => Wide(random)),
            _ => Adversarial(random),
        };
        var distinct = prefixes.Distinct().ToArray();
        random.Shuffle(distinct);
        return distinct;
    }

    /// <summary>Any address, spread over both families.</summary>
    internal static IpKey Address(Random random) => random.Next(2) == 0
        ? IpKey.FromIPv4((uint)random.NextInt64(1L << 32))
        : new((ulong)random.NextInt64() << 1, (ulong)random.NextInt64() << 1 | (uint)random.Next(2));

    private static IpPrefix Uniform(Random random)
    {
        var key = Address(random);
        return IpPrefix.Of(key, random.Next(key.IsIPv4 ? 33 : 129));
    }

    /// <summary>Networks above the blocks and sites, and a few hosts below them.</summary>
    private static IpPrefix Wide(Random random) => random.Next(4) switch
    {
        0 => IpPrefix.Host(IpKey.FromIPv4((uint)random.Next(64) << 26 | (uint)random.Next(4))),
        1 => IpPrefix.Of(new IpKey((ulong)random.NextInt64() & 0x3003_0000_F000_0000, 0), random.Next(48)),
        _ => IpPrefix.Of(IpKey.FromIPv4((uint)random.NextInt64(1L << 32) & 0xC30F_0000), random.Next(18)),
    };

    /// <summary>Hosts crowded into a few /24s, ranges, and some IPv6.</summary>
    private static IEnumerable<IpPrefix> Blocklist(Random random, int count)
    {
        var crowded = Repeat(1 + (count / 30), () => (uint)random.Next() << 8).ToArray();
        return Repeat(count, () => random.Next(100) switch
        {
            < 55 => IpPrefix.Host(IpKey.FromIPv4(crowded[random.Next(crowded.Length)] | (uint)random.Next(256))),
            < 80 => IpPrefix.Host(IpKey.FromIPv4((uint)random.NextInt64(1L << 32))),
            < 90 => IpPrefix.Of(IpKey.FromIPv4(crowded[random.Next(crowded.Length)]), random.Next(16, 29)),
            _ => IpPrefix.Of(new IpKey(0x2001_0db8_0000_0000UL + (uint)random.Next(), (ulong)random.NextInt64()), random.Next(3) switch { 0 => 48, 1 => 64, _ => 128 }),
        });
    }

    /// <summary>All the networks around a few addresses, /0 to the host.</summary>
    private static IEnumerable<IpPrefix> Nested(Random random) =>
        Repeat(2, () => Address(random)).SelectMany(key =>
            Enumerable.Range(0, key.IsIPv4 ? 33 : 129).Select(length => IpPrefix.Of(key, length)));

    /// <summary>Two providers' /32s, divided into /48, /56, /64 and hosts.</summary>
    private static IEnumerable<IpPrefix> IPv6Tree(Random random, int count) => Repeat(count, () =>
    {
        var high = 0x2001_0db8_0000_0000UL + ((ulong)random.Next(2) << 32) + ((ulong)random.Next(6) << 16) + (ulong)random.Next(600);
        int[] lengths = [32, 48, 48, 56, 64, 64, 127, 128];
        return IpPrefix.Of(new IpKey(high, (ulong)random.Next(4)), lengths[random.Next(lengths.Length)]);
    });

    /// <summary>The ends of the address spaces, the edges of the octets and of the mapped block, and near misses.</summary>
    private static IEnumerable<IpPrefix> Adversarial(Random random)
    {
        const ulong MappedEnd = 0x0001_0000_0000_0000;
        var twin = Address(random);
        IpKey[] keys =
        [
            IpKey.FromIPv4(0), IpKey.FromIPv4(uint.MaxValue), IpKey.FromIPv4(0x7FFF_FFFF), IpKey.FromIPv4(0x8000_0000),
            new(0, 0), new(0, 1), new(ulong.MaxValue, ulong.MaxValue), new(0, ulong.MaxValue), new(1, 0),
            new(0, MappedEnd), new(0, MappedEnd - (1UL << 32) - 1), new(0, 0xFFC0_0000_0000),
            twin, new(twin.High, twin.Low ^ 1), new(twin.High, twin.Low ^ 0x80), new(twin.High, twin.Low ^ 0x100),
        ];
        int[] lengths = [0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 63, 64, 65, 95, 96, 97, 119, 120, 121, 127, 128];
        return keys.SelectMany(key =>
            lengths.Where(length => length <= (key.IsIPv4 ? 32 : 128)).Select(length => IpPrefix.Of(key, length)));
    }

    private static IEnumerable<TItem> Repeat<TItem>(int count, Func<TItem> make) =>
        Enumerable.Range(0, count).Select(_ => make());
}

using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Lookup;

/// <summary>Sets that an enemy of the table would list: four times the networks must cost no more than four times the
/// memory, built at once and taken away again.</summary>
public class PrefixTableHostileTests
{
    public static TheoryData<string> Names => [.. Sets.Keys];

    private static Dictionary<string, Func<int, IEnumerable<IpPrefix>>> Sets { get; } = new()
    {
        ["every host of a network"] = n => Repeat(n, i => IpPrefix.Host(IpKey.FromIPv4(0x0A00_0000 + i))),
        ["one host in every /16"] = n => Repeat(n, i => IpPrefix.Host(IpKey.FromIPv4(i << 16 | i))),
        ["every /17 to /31 of a /16"] = n => Repeat(n, i => IpPrefix.Of(IpKey.FromIPv4(0x0A00_0000 | i * 0x9E37), 17 + (int)(i % 15))),
        ["every /8 to /16"] = n => Repeat(n, i => IpPrefix.Of(IpKey.FromIPv4(i * 0x9E37_79B9), 8 + (int)(i % 9))),
        ["/0 to /32 chains"] = n => Repeat(n, i => IpPrefix.Of(IpKey.FromIPv4((i / 33 * 0x9E37_79B9) | 0xFF), (int)(i % 33))),
        ["hosts of one /48"] = n => Repeat(n, i => IpPrefix.Host(new(0x2001_0db8_0000_0000, i))),
        ["one host in every /48"] = n => Repeat(n, i => IpPrefix.Host(new(0x2001_0000_0000_0000 | (ulong)i << 16, i))),
        ["pairs that share 15 octets"] = n => Repeat(n, i => IpPrefix.Host(new((ulong)(i / 2) * 0x9E37_79B9_7F4A_7C15, i % 2))),
        ["/0 to /128 chains"] = n => Repeat(n, i => IpPrefix.Of(new((ulong)(i / 129) * 0x9E37_79B9_7F4A_7C15, ulong.MaxValue), (int)(i % 129))),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Build_OfAHostileSet_TakesMemoryInProportion(string name)
    {
        const int Few = 8_000;
        var few = Sets[name](Few).Distinct().ToArray();
        var many = Sets[name](4 * Few).Distinct().ToArray();
        Allocated(few);

        var expected = (double)Allocated(few) / few.Length;

        // A table that grows by steps may have grown just before or just after: hence the half.
        Assert.InRange((double)Allocated(many) / many.Length, 1, expected * 1.5);
    }

    private static long Allocated(IpPrefix[] prefixes) => AllocatedBytes.Of(() =>
    {
        var table = PrefixTable.Empty.With(prefixes);
        var empty = table.With(prefixes, value: 0);

        Assert.Equal(prefixes.Length, table.Count);
        Assert.Equal(0, empty.Count);
    });

    private static IEnumerable<IpPrefix> Repeat(int count, Func<uint, IpPrefix> make) =>
        Enumerable.Range(0, count).Select(i => make((uint)i));
}

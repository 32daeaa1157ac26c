using Bouncer.Net;
using Bouncer.TestUtils;
using static Bouncer.Net.Networks;

namespace Bouncer.Lookup;

public class PrefixTableTests
{
    private static readonly string[] Nested =
        ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/23", "10.1.2.0/24", "10.1.2.2/31", "10.1.2.3/32"];

    [Fact]
    public void Empty_AnyQuestion_HasNoAnswer()
    {
        var table = PrefixTable.Empty;

        Assert.Equal(0, table.Count);
        Assert.Equal(0, table.Find(Prefix("0.0.0.0/0")));
        Assert.Empty(table.Enumerate());
        Assert.Empty(table.Covering(Key("1.2.3.4")));
        Assert.Empty(table.Covering(Key("::1")));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3/32 10.1.2.2/31 10.1.2.0/24 10.1.2.0/23 10.1.0.0/16 10.0.0.0/8 0.0.0.0/0")]
    [InlineData("10.1.2.2", "10.1.2.2/31 10.1.2.0/24 10.1.2.0/23 10.1.0.0/16 10.0.0.0/8 0.0.0.0/0")]
    [InlineData("10.1.2.4", "10.1.2.0/24 10.1.2.0/23 10.1.0.0/16 10.0.0.0/8 0.0.0.0/0")]
    [InlineData("10.1.3.3", "10.1.2.0/23 10.1.0.0/16 10.0.0.0/8 0.0.0.0/0")]
    [InlineData("10.1.4.3", "10.1.0.0/16 10.0.0.0/8 0.0.0.0/0")]
    [InlineData("10.2.2.3", "10.0.0.0/8 0.0.0.0/0")]
    [InlineData("11.1.2.3", "0.0.0.0/0")]
    [InlineData("::10.1.2.3", "")]
    public void Covering_NestedNetworks_MostSpecificFirst(string address, string expected) =>
        Assert.Equal(expected, string.Join(' ', Covering(Nested, address)));

    [Theory]
    [InlineData("0.0.0.0/0", "255.255.255.255", "::")]
    [InlineData("128.0.0.0/1", "255.255.255.255", "127.255.255.255")]
    [InlineData("10.0.0.0/8", "10.255.255.255", "11.0.0.0")]
    [InlineData("10.0.0.0/9", "10.127.255.255", "10.128.0.0")]
    [InlineData("1.2.3.4/32", "1.2.3.4", "1.2.3.5")]
    [InlineData("0.0.0.0/32", "0.0.0.0", "0.0.0.1")]
    [InlineData("::/0", "ffff::", "1.2.3.4")]
    [InlineData("::/80", "::1", "0.0.0.1")]
    [InlineData("2001:db8::/32", "2001:db8:ffff::", "2001:db9::")]
    [InlineData("2001:db8::/64", "2001:db8::ffff:0:0:0", "2001:db8:0:1::")]
    [InlineData("2001:db8::/65", "2001:db8::7fff:0:0:0", "2001:db8::8000:0:0:0")]
    [InlineData("::1/128", "::1", "::2")]
    [InlineData("::/128", "::", "::1")]
    public void Covering_OneNetwork_EndsAtItsEdge(string network, string inside, string outside)
    {
        Assert.Equal([network], Covering([network], inside));
        Assert.Empty(Covering([network], outside));
    }

    [Fact]
    public void Change_SameNetworkAgain_ReplacesTheNumber()
    {
        var table = PrefixTable.Empty.With([Prefix("1.2.3.0/24")]).With([Prefix("1.2.3.0/24")], value: 7);

        Assert.Equal(1, table.Count);
        Assert.Equal([7], table.Covering(Key("1.2.3.4")));
    }

    [Fact]
    public void Change_SameNetworkSeveralTimes_TheLastCounts()
    {
        var network = Prefix("1.2.3.4/32");

        Assert.Equal(3, PrefixTable.Empty.With([(network, 1), (network, 0), (network, 3)]).Find(network));
        Assert.Equal(0, PrefixTable.Empty.With([(network, 1), (network, 3), (network, 0)]).Count);
    }

    [Fact]
    public void Change_ThatTakesAwayWhatIsNotThere_ChangesNothing()
    {
        var table = PrefixTable.Empty.With(Nested.Select(Prefix));

        var other = table.With([Prefix("10.1.0.0/17"), Prefix("10.1.2.4/32"), Prefix("::/0")], value: 0);

        Assert.Equal(table.Enumerate().ToHashSet(), other.Enumerate().ToHashSet());
    }

    [Fact]
    public void ToTable_WithoutAChange_IsTheSameTable()
    {
        var table = PrefixTable.Empty.With(Nested.Select(Prefix));

        Assert.Same(table, table.With(Enumerable.Empty<IpPrefix>()));
    }

    [Theory]
    [InlineData("203.0.113.7")]
    [InlineData("2001:db8::7")]
    [InlineData("203.0.0.0/17")]
    public void ToTable_OneChangeOfMany_SharesWhatItDidNotTouch(string network)
    {
        var old = PrefixTable.Empty.With(SeededPrefixes.Of(PrefixShape.Blocklist, 1, 50_000));
        old.With([Prefix(network)]);

        var table = old;
        var allocated = AllocatedBytes.Of(() => table = old.With([Prefix(network)]));

        Assert.Equal(1, table.Find(Prefix(network)));
        Assert.Equal(0, old.Find(Prefix(network)));
        Assert.InRange(allocated, 1, 32_000);
    }

    [Fact]
    public void Covering_AnyAddress_AllocatesNothing()
    {
        var table = PrefixTable.Empty.With(Nested.Concat(["::/0", "2001:db8::/32", "2001:db8::1/128"]).Select(Prefix));
        IpKey[] addresses = [Key("10.1.2.3"), Key("9.9.9.9"), Key("2001:db8::1"), Key("2001:db9::")];
        var found = CountAll(table, addresses);

        Assert.Equal(0, AllocatedBytes.Of(() => found += CountAll(table, addresses)));
        Assert.Equal(6 * (7 + 1 + 3 + 1), found);
    }

    [Fact]
    public void MayBeWithinNetwork_AfterMuchWasTakenAway_IsFalseAgain()
    {
        var random = new Random(1);
        IpPrefix[] gone = [.. Enumerable.Range(0, 20_000).Select(_ => IpPrefix.Of(IpKey.FromIPv4((uint)random.NextInt64(1L << 32)), random.Next(18, 32)))];
        var full = PrefixTable.Empty.With(gone);
        var table = full.With(gone, value: 0);

        Assert.Equal(0, table.Count);
        Assert.All(gone, network => Assert.True(full.IPv4.MayBeWithinNetwork(Ipv4Key.Of(network.Key))));
        Assert.All(gone, network => Assert.False(table.IPv4.MayBeWithinNetwork(Ipv4Key.Of(network.Key))));
    }

    private static int CountAll(PrefixTable table, IpKey[] addresses)
    {
        var sum = default(Sum);
        foreach (var address in addresses)
        {
            table.Visit(address, ref sum);
        }

        return sum.Value;
    }

    private static IEnumerable<string> Covering(string[] networks, string address) => PrefixTable.Empty
        .With(networks.Select((network, index) => (Prefix(network), index + 1)))
        .Covering(Key(address))
        .Select(value => networks[value - 1]);

    private struct Sum : ICoverVisitor
    {
        internal int Value { get; private set; }

        public void Visit(int held) => Value += held;
    }
}

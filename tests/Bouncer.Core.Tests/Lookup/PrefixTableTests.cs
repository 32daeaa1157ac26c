using Bouncer.Net;
using static Bouncer.Net.Networks;

namespace Bouncer.Lookup;

public class PrefixTableTests
{
    private static readonly string[] Nested =
        ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/23", "10.1.2.0/24", "10.1.2.2/31", "10.1.2.3/32"];

    [Fact]
    public void Empty_AnyQuestion_HasNoAnswer()
    {
        var table = PrefixTable<string>.Empty;

        Assert.Equal(0, table.Count);
        Assert.False(table.TryGet(Prefix("0.0.0.0/0"), out _));
        Assert.Empty(table.Enumerate());
        Assert.Empty(Covering(table, "1.2.3.4"));
        Assert.Empty(Covering(table, "::1"));
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
        Assert.Equal(expected, string.Join(' ', Covering(Build(Nested), address)));

    [Theory]
    [InlineData("0.0.0.0/0", "255.255.255.255", "::")]
    [InlineData("128.0.0.0/1", "255.255.255.255", "127.255.255.255")]
    [InlineData("10.0.0.0/8", "10.255.255.255", "11.0.0.0")]
    [InlineData("10.0.0.0/9", "10.127.255.255", "10.128.0.0")]
    [InlineData("1.2.3.4/32", "1.2.3.4", "1.2.3.5")]
    [InlineData("::/0", "ffff::", "1.2.3.4")]
    [InlineData("::/80", "::1", "0.0.0.1")]
    [InlineData("2001:db8::/32", "2001:db8:ffff::", "2001:db9::")]
    [InlineData("::1/128", "::1", "::2")]
    public void Covering_OneNetwork_EndsAtItsEdge(string network, string inside, string outside)
    {
        var table = Build(network);

        Assert.Equal([network], Covering(table, inside));
        Assert.Empty(Covering(table, outside));
    }

    [Fact]
    public void Set_SameNetworkAgain_ReplacesTheValue()
    {
        var builder = Build("1.2.3.0/24").ToBuilder();
        builder.Set(Prefix("1.2.3.0/24"), "new");
        var table = builder.ToTable();

        Assert.Equal(1, table.Count);
        Assert.Equal(["new"], Covering(table, "1.2.3.4"));
    }

    [Fact]
    public void Set_Null_Throws() =>
        Assert.Throws<ArgumentNullException>(() => PrefixTable<string>.Empty.ToBuilder().Set(Prefix("::/0"), null!));

    [Fact]
    public void Remove_Absent_ChangesNothing()
    {
        var table = Build(Nested);
        var builder = table.ToBuilder();

        Assert.False(builder.Remove(Prefix("10.1.0.0/17")));
        Assert.False(builder.Remove(Prefix("10.1.2.4/32")));
        Assert.False(builder.Remove(Prefix("::/0")));
        Assert.Same(table, builder.ToTable());
    }

    [Fact]
    public void Remove_OneNetwork_LeavesThoseAroundAndInsideIt()
    {
        var builder = Build(Nested).ToBuilder();

        Assert.True(builder.Remove(Prefix("10.1.0.0/16")));

        Assert.Equal(Nested.Where(n => n != "10.1.0.0/16").Reverse(), Covering(builder.ToTable(), "10.1.2.3"));
    }

    [Fact]
    public void ToTable_NothingChanged_IsTheSameTable()
    {
        var table = Build(Nested);
        var builder = table.ToBuilder();
        builder.Set(Prefix(Nested[2]), Nested[2]);

        Assert.Same(table, builder.ToTable());
    }

    [Fact]
    public void ToTable_BuilderGoesOn_TheTableStays()
    {
        var builder = Build(Nested).ToBuilder();
        builder.Set(Prefix("10.1.2.5/32"), "5");
        var table = builder.ToTable();
        var before = TableAssert.Structure(table);

        builder.Set(Prefix("10.1.2.5/32"), "changed");
        builder.Set(Prefix("10.1.2.6/32"), "6");
        builder.Remove(Prefix("10.1.2.3/32"));

        Assert.Equal(before, TableAssert.Structure(table));
        Assert.NotEqual(before, TableAssert.Structure(builder.ToTable()));
    }

    [Theory]
    [InlineData("203.0.113.7", 1)]
    [InlineData("2001:db8::7", 0)]
    public void ToTable_OneChangeOfMany_SharesWhatItDidNotTouch(string address, int newBlocks)
    {
        var builder = PrefixTable<string>.Empty.ToBuilder();
        foreach (var prefix in SeededPrefixes.Of(PrefixShape.Blocklist, 1, 20_000))
        {
            builder.Set(prefix, "x");
        }

        var old = builder.ToTable();
        var before = GC.GetAllocatedBytesForCurrentThread();
        builder = old.ToBuilder();
        builder.Set(Prefix(address), "x");
        var table = builder.ToTable();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        var blocks = TableAssert.Blocks(table);
        Assert.InRange(blocks.Count, 1_000, 20_000);
        blocks.ExceptWith(TableAssert.Blocks(old));
        Assert.Equal(newBlocks, blocks.Count);
        Assert.InRange(allocated, 1, 32_000);
    }

    [Fact]
    public void Covering_AnyAddress_AllocatesNothing()
    {
        var table = Build([.. Nested, "::/0", "2001:db8::/32", "2001:db8::1/128"]);
        IpKey[] addresses = [Key("10.1.2.3"), Key("9.9.9.9"), Key("2001:db8::1"), Key("2001:db9::")];
        var found = CountAll(table, addresses);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var again = CountAll(table, addresses);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(7 + 1 + 3 + 1, found);
        Assert.Equal(found, again);
    }

    private static int CountAll(PrefixTable<string> table, IpKey[] addresses)
    {
        var found = 0;
        foreach (var address in addresses)
        {
            foreach (var value in table.Covering(address))
            {
                found += value.Length > 0 ? 1 : 0;
            }
        }

        return found;
    }

    private static List<string> Covering(PrefixTable<string> table, string address) => TableAssert.Covering(table, Key(address));

    private static PrefixTable<string> Build(params string[] networks)
    {
        var builder = PrefixTable<string>.Empty.ToBuilder();
        Array.ForEach(networks, n => builder.Set(Prefix(n), n));
        return builder.ToTable();
    }
}

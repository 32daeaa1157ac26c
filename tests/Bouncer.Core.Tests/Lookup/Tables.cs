using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>Makes tables, asks them, and compares them with the golden one.</summary>
internal static class Tables
{
    internal static PrefixTable With(this PrefixTable table, IEnumerable<(IpPrefix Prefix, int Value)> changes)
    {
        var builder = table.ToBuilder();
        foreach (var (prefix, value) in changes)
        {
            builder.Change(prefix, value);
        }

        var merge = default(LastWriteWins);
        return builder.ToTable(ref merge);
    }

    internal static PrefixTable With(this PrefixTable table, IEnumerable<IpPrefix> prefixes, int value = 1) =>
        table.With(prefixes.Select(prefix => (prefix, value)));

    internal static List<int> Covering(this PrefixTable table, IpKey address)
    {
        var list = new ListVisitor([]);
        table.Visit(address, ref list);
        return list.Values;
    }

    /// <summary>Every question gives the golden answer: each of the networks, and addresses at and beside their edges.</summary>
    internal static void AssertAgrees(GoldenPrefixTable golden, PrefixTable table, IEnumerable<IpPrefix> asked, Random random)
    {
        Assert.Equal(golden.Count, table.Count);
        Assert.Equal(golden.Entries.ToDictionary(e => e.Prefix, e => e.Value), table.Enumerate().ToDictionary(e => e.Prefix, e => e.Value));
        foreach (var prefix in asked)
        {
            Assert.Equal(golden.Find(prefix), table.Find(prefix));
            Assert.All(Edges(prefix), address => Assert.Equal(golden.Covering(address), table.Covering(address)));
        }

        for (var i = 0; i < 50; i++)
        {
            var address = SeededPrefixes.Address(random);
            Assert.Equal(golden.Covering(address), table.Covering(address));
        }
    }

    /// <summary>The first and the last address of a network and the two beside them.</summary>
    private static IEnumerable<IpKey> Edges(IpPrefix prefix)
    {
        var first = new UInt128(prefix.Key.High, prefix.Key.Low);
        var last = prefix.KeyBits == 0 ? UInt128.MaxValue : first | ((UInt128.One << (128 - prefix.KeyBits)) - 1);
        return ((UInt128[])[first, last, first - 1, last + 1]).Select(a => new IpKey((ulong)(a >> 64), (ulong)a));
    }

    private readonly struct ListVisitor(List<int> values) : ICoverVisitor
    {
        internal List<int> Values => values;

        public void Visit(int held) => values.Add(held);
    }
}

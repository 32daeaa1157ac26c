using System.Text;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>Comparisons of tables: with the golden one, and of their very structure.</summary>
internal static class TableAssert
{
    /// <summary>Every question gives the golden answer: each of the networks, and addresses at and beside their edges.</summary>
    internal static void Agrees(GoldenPrefixTable golden, PrefixTable<string> table, IEnumerable<IpPrefix> asked, Random random)
    {
        Assert.Equal(golden.Count, table.Count);
        Assert.InRange(table.IPv6.Networks.Slots, table.IPv6.Count, Math.Max(64, 8 * table.IPv6.Count));
        Assert.Equal(
            golden.Prefixes.ToDictionary(p => p, p => golden.Get(p)!),
            table.Enumerate().ToDictionary(p => p.Key, p => p.Value));
        foreach (var prefix in asked)
        {
            Assert.Equal(golden.Get(prefix), table.TryGet(prefix, out var value) ? value : null);
            foreach (var address in Edges(prefix))
            {
                Assert.Equal(golden.Covering(address), Covering(table, address));
            }
        }

        for (var i = 0; i < 50; i++)
        {
            var address = SeededPrefixes.Address(random);
            Assert.Equal(golden.Covering(address), Covering(table, address));
        }
    }

    internal static List<string> Covering(PrefixTable<string> table, IpKey address)
    {
        var values = new List<string>();
        foreach (var value in table.Covering(address))
        {
            values.Add(value);
        }

        return values;
    }

    /// <summary>The structure as text, so that equal texts mean equal structures.</summary>
    internal static string Structure(PrefixTable<string> table)
    {
        var text = new StringBuilder();
        Write(text, table.IPv4.Wide);
        foreach (var (index, (block, subnets)) in table.IPv4.Slots.Enumerate())
        {
            text.Append('\n').Append(index).Append(' ').Append(subnets).Append(' ').Append(Convert.ToHexString(block!.Places));
            text.Append(' ').Append(block.Wider?.Start).Append('/').Append(block.Wider?.Bits);
            Write(text, block.Ranges);
        }

        text.Append('\n').AppendJoin(' ', table.Enumerate().Select(n => $"{Text(n.Key)}={n.Value}").Order(StringComparer.Ordinal));
        text.AppendJoin(' ', table.IPv6.Sites.Enumerate().Select(s => $"{s.High:x}/{s.Length}:{string.Join(',', s.Value.Select(u => $"{u.Length}x{u.Count}"))}").Order(StringComparer.Ordinal));
        return text.ToString();
    }

    internal static string Text(IpPrefix prefix) => $"{prefix.Key.High:x}:{prefix.Key.Low:x}/{prefix.Length}";

    internal static HashSet<object> Blocks(PrefixTable<string> table) =>
        new(table.IPv4.Slots.Enumerate().Select(s => s.Item.Block!), ReferenceEqualityComparer.Instance);

    /// <summary>The first and the last address of a network and the two beside them.</summary>
    private static IEnumerable<IpKey> Edges(IpPrefix prefix)
    {
        var first = new UInt128(prefix.Key.High, prefix.Key.Low);
        var last = prefix.KeyBits == 0 ? UInt128.MaxValue : first | ((UInt128.One << (128 - prefix.KeyBits)) - 1);
        return ((UInt128[])[first, last, first - 1, last + 1]).Select(a => new IpKey((ulong)(a >> 64), (ulong)a));
    }

    private static void Write(StringBuilder text, Ranges<string> ranges)
    {
        for (var i = 0; i < ranges.Count; i++)
        {
            var (start, _, cover) = ranges.Interval(i);
            text.Append(" [").Append(start);
            Write(text, cover);
        }
    }

    private static void Write(StringBuilder text, Cover<string>? cover)
    {
        for (; cover is not null; cover = cover.Parent)
        {
            text.Append(' ').Append(cover.Start).Append('/').Append(cover.Bits).Append('=').Append(cover.Value);
        }
    }
}

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

    /// <summary>The tree as text, so that equal texts mean equal structures.</summary>
    internal static string Structure(PrefixTable<string> table)
    {
        var text = new StringBuilder();
        Write(text, table.IPv4);
        Write(text, table.IPv6);
        return text.ToString();
    }

    internal static HashSet<object> Nodes(PrefixTable<string> table)
    {
        var nodes = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Collect(nodes, table.IPv4);
        Collect(nodes, table.IPv6);
        return nodes;
    }

    /// <summary>The first and the last address of a network and the two beside them.</summary>
    private static IEnumerable<IpKey> Edges(IpPrefix prefix)
    {
        var first = new UInt128(prefix.Key.High, prefix.Key.Low);
        var last = prefix.KeyBits == 0 ? UInt128.MaxValue : first | ((UInt128.One << (128 - prefix.KeyBits)) - 1);
        return ((UInt128[])[first, last, first - 1, last + 1]).Select(a => new IpKey((ulong)(a >> 64), (ulong)a));
    }

    private static void Collect(HashSet<object> nodes, object? tree)
    {
        if (tree is PrefixNode<string> node)
        {
            nodes.Add(node);
            foreach (var child in node.Children.Items)
            {
                Collect(nodes, child);
            }
        }
    }

    private static void Write(StringBuilder text, object? tree)
    {
        if (tree is not PrefixNode<string> node)
        {
            var entry = tree as PrefixEntry<string>;
            text.Append(entry?.Prefix).Append('=').Append(entry?.Value).Append(';');
            return;
        }

        text.Append('(');
        foreach (var entry in node.Entries.Items)
        {
            Write(text, entry);
        }

        text.Append('|');
        foreach (var child in node.Children.Items)
        {
            Write(text, child);
        }

        text.Append(')');
    }
}

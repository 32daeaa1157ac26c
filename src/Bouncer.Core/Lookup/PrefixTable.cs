using System.Diagnostics.CodeAnalysis;
using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>
/// An immutable map from networks to values, both address families; answers which networks cover an address. An IPv6
/// network never covers an IPv4 address, not even <c>::/0</c>.
/// </summary>
/// <remarks>
/// A trie that takes one octet a step, its nodes compressed by bitmaps (the idea of github.com/gaissmai/bart). Any number
/// of threads may read a table, for as long as they like and without a lock; a table that is replaced must be replaced by
/// a volatile write. A <see cref="Builder"/> belongs to one thread, and any number of builders may start from one table.
/// </remarks>
internal sealed partial class PrefixTable<T>
    where T : class
{
    private PrefixTable(object? ipv4, object? ipv6, int count)
    {
        IPv4 = ipv4;
        IPv6 = ipv6;
        Count = count;
    }

    internal static PrefixTable<T> Empty { get; } = new(null, null, 0);

    internal int Count { get; }

    /// <summary>The tree of the IPv4 networks, as <see cref="PrefixNode{T}"/> has it.</summary>
    internal object? IPv4 { get; }

    /// <summary>The tree of the IPv6 networks.</summary>
    internal object? IPv6 { get; }

    /// <summary>The value of exactly this network.</summary>
    internal bool TryGet(IpPrefix prefix, [NotNullWhen(true)] out T? value)
    {
        value = PrefixNode<T>.Find(prefix.IsIPv4 ? IPv4 : IPv6, prefix)?.Value;
        return value is not null;
    }

    /// <summary>Walks the values of the networks that cover an address, the widest first. Allocates nothing.</summary>
    internal CoveringEnumerator Covering(IpKey address) => new(address.IsIPv4 ? IPv4 : IPv6, address);

    /// <summary>Every network and its value, in an order that depends on the networks alone.</summary>
    internal IEnumerable<KeyValuePair<IpPrefix, T>> Enumerate()
    {
        var trees = new Stack<object?>([IPv6, IPv4]);
        while (trees.TryPop(out var tree))
        {
            if (tree is PrefixEntry<T> entry)
            {
                yield return new(entry.Prefix, entry.Value);
            }
            else if (tree is PrefixNode<T> node)
            {
                PushReversed(trees, node.Children.Items);
                PushReversed(trees, node.Entries.Items);
            }
        }
    }

    /// <summary>A writer that starts from this table and leaves it as it is.</summary>
    internal Builder ToBuilder() => new(this);

    private static void PushReversed(Stack<object?> trees, ReadOnlySpan<object> items)
    {
        for (var i = items.Length - 1; i >= 0; i--)
        {
            trees.Push(items[i]);
        }
    }
}

using Bouncer.Net;

namespace Bouncer.Lookup;

/// <summary>
/// One octet of a <see cref="PrefixTable{T}"/>: the networks that end within it, and what goes on below it. A tree, and
/// each child in it, is null, a <see cref="PrefixEntry{T}"/> or a node.
/// </summary>
/// <remarks>
/// A network that is alone below an octet hangs there as its entry, however long it is; a node always holds two networks
/// or more. So a set of networks has one shape, whatever order it came in. A node is written only by the builder whose
/// token it carries; every other builder writes a copy.
/// </remarks>
internal sealed class PrefixNode<T>(object owner)
    where T : class
{
    private SparseArray256<PrefixEntry<T>> _entries = new();
    private SparseArray256<object> _children = new();

    /// <summary>The networks that end within this octet, by <see cref="PrefixSlots"/>.</summary>
    internal ref readonly SparseArray256<PrefixEntry<T>> Entries => ref _entries;

    /// <summary>What goes on, by octet.</summary>
    internal ref readonly SparseArray256<object> Children => ref _children;

    internal static int StartDepth(bool ipv4) => ipv4 ? 12 : 0;

    internal static PrefixEntry<T>? Find(object? tree, IpPrefix prefix)
    {
        for (var depth = StartDepth(prefix.IsIPv4); tree is PrefixNode<T> node; depth++)
        {
            if (EndsAt(prefix, depth, out var octet, out var slot))
            {
                return node._entries.Find(slot);
            }

            tree = node._children.Find(octet);
        }

        return tree is PrefixEntry<T> entry && entry.Prefix == prefix ? entry : null;
    }

    /// <summary>The tree with this entry, added or in place of the one that has its network.</summary>
    internal static object Set(object? tree, PrefixEntry<T> entry, int depth, object writer)
    {
        if (tree is PrefixNode<T> node)
        {
            return node.OwnedBy(writer).Set(entry, depth, writer);
        }

        return tree is PrefixEntry<T> other && other.Prefix != entry.Prefix
            ? new PrefixNode<T>(writer).Set(other, depth, writer).Set(entry, depth, writer)
            : entry;
    }

    /// <summary>The tree without this network, which must be in it.</summary>
    internal static object? Remove(object tree, IpPrefix prefix, int depth, object writer)
    {
        if (tree is not PrefixNode<T> shared)
        {
            return null;
        }

        var node = shared.OwnedBy(writer);
        if (EndsAt(prefix, depth, out var octet, out var slot))
        {
            node._entries.Remove(slot);
        }
        else if (Remove(node._children.Find(octet)!, prefix, depth + 1, writer) is { } rest)
        {
            node._children.Set(octet, rest);
        }
        else
        {
            node._children.Remove(octet);
        }

        return node.Only() ?? (object)node;
    }

    private PrefixNode<T> Set(PrefixEntry<T> entry, int depth, object writer)
    {
        if (EndsAt(entry.Prefix, depth, out var octet, out var slot))
        {
            _entries.Set(slot, entry);
        }
        else
        {
            _children.Set(octet, Set(_children.Find(octet), entry, depth + 1, writer));
        }

        return this;
    }

    /// <summary>The entry that is alone here, if one is.</summary>
    private PrefixEntry<T>? Only() => (_entries.Items.Length, _children.Items.Length) switch
    {
        (1, 0) => _entries.Items[0],
        (0, 1) => _children.Items[0] as PrefixEntry<T>,
        _ => null,
    };

    private PrefixNode<T> OwnedBy(object writer) => owner == writer
        ? this
        : new PrefixNode<T>(writer) { _entries = _entries.Clone(), _children = _children.Clone() };

    private static bool EndsAt(IpPrefix prefix, int depth, out byte octet, out int slot)
    {
        octet = prefix.Key.Octet(depth);
        var bits = prefix.KeyBits - (8 * depth);
        slot = bits < 8 ? PrefixSlots.Of(octet, bits) : 0;
        return bits < 8;
    }
}

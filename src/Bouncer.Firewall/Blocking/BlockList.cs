using System.Runtime.InteropServices;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Blocking;

/// <summary>What the firewall is to hold: which networks are blocked, and which are let through even inside of them. Not
/// thread-safe.</summary>
internal sealed class BlockList
{
    private readonly Dictionary<Prefix, Block> _blocks = [];

    /// <summary>The blocked networks; they may lie within each other, and some may have ended.</summary>
    internal IReadOnlyDictionary<Prefix, Block> Blocks => _blocks;

    /// <summary>The networks that are never blocked, none within another, in order; they win over <see cref="Blocks"/>.</summary>
    internal IReadOnlyList<Prefix> Allowed { get; private set; } = [];

    internal bool TryGet(Prefix network, out Block block) => _blocks.TryGetValue(network, out block);

    /// <summary>Blocks a network, or gives its block another end.</summary>
    internal void Set(Prefix network, Block block) => _blocks[network] = block;

    /// <summary>Blocks a network, or gives its block a later end; never an earlier one.</summary>
    internal void Extend(Prefix network, Block block)
    {
        ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(_blocks, network, out var isBlocked);
        if (!isBlocked || held.End < block.End)
        {
            held = block;
        }
    }

    internal void Remove(Prefix network) => _blocks.Remove(network);

    /// <summary>Removes all.</summary>
    /// <param name="expected">About how many are to come.</param>
    internal void Clear(int expected)
    {
        _blocks.Clear();
        _blocks.EnsureCapacity(expected);
    }

    /// <summary>The networks whose block has ended.</summary>
    internal IReadOnlyCollection<Prefix> Ended(TimeSpan now) => [.. _blocks.Where(entry => entry.Value.End <= now).Select(entry => entry.Key)];

    /// <summary>Sets the networks that are never blocked.</summary>
    /// <returns>Whether that is a change.</returns>
    internal bool Allow(IEnumerable<Prefix> networks)
    {
        List<Prefix> widest = [];
        foreach (var network in networks.Order())
        {
            // In this order a network that contains another comes before it.
            if (widest.Count == 0 || !widest[^1].Contains(network))
            {
                widest.Add(network);
            }
        }

        var isChange = !widest.SequenceEqual(Allowed);
        Allowed = widest;
        return isChange;
    }
}

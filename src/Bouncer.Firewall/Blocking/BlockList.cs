using System.Runtime.InteropServices;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Blocking;

/// <summary>The content that the firewall should have: the networks that are blocked, and those that pass even inside blocked ones.
/// Not thread-safe.</summary>
internal sealed class BlockList
{
    private readonly Dictionary<Prefix, Block> _exempt = [];
    private Dictionary<Prefix, Block> _blocks = [];
    private Prefix[] _allowed = [];

    /// <summary>The blocked networks. They may overlap, and some may have ended. None of them is inside a network that is never
    /// blocked.</summary>
    internal IReadOnlyDictionary<Prefix, Block> Blocks => _blocks;

    /// <summary>The number of networks that are not blocked despite decisions.</summary>
    internal int Exempt => _exempt.Count;

    /// <summary>The networks that are never blocked, in order and not nested; they take precedence over
    /// <see cref="Blocks"/>.</summary>
    internal IReadOnlyList<Prefix> Allowed => _allowed;

    internal bool TryGet(Prefix network, out Block block) => _blocks.TryGetValue(network, out block);

    /// <summary>Gets the block of a network according to the decisions, even if the network is never blocked.</summary>
    internal bool TryGetDecided(Prefix network, out Block block) => _blocks.TryGetValue(network, out block) || _exempt.TryGetValue(network, out block);

    /// <summary>Blocks a network, or changes the end of its block.</summary>
    internal void Set(Prefix network, Block block) => PlaceOf(network)[network] = block;

    /// <summary>Blocks a network, or extends its block; never shortens it.</summary>
    internal void Extend(Prefix network, Block block)
    {
        ref var held = ref CollectionsMarshal.GetValueRefOrAddDefault(PlaceOf(network), network, out var isBlocked);
        if (!isBlocked || held.End < block.End)
        {
            held = block;
        }
    }

    internal void Remove(Prefix network)
    {
        if (!_blocks.Remove(network))
        {
            _exempt.Remove(network);
        }
    }

    /// <summary>Removes all blocks.</summary>
    /// <param name="expected">The approximate number that will be added.</param>
    /// <returns>The blocks that were removed.</returns>
    internal IReadOnlyDictionary<Prefix, Block> Clear(int expected)
    {
        var before = _blocks;
        _blocks = new(expected);
        _exempt.Clear();
        return before;
    }

    /// <summary>The networks whose block has ended.</summary>
    internal IReadOnlyCollection<Prefix> Ended(TimeSpan now) =>
        [.. _blocks.Concat(_exempt).Where(entry => entry.Value.End <= now).Select(entry => entry.Key)];

    /// <summary>Sets the networks that are never blocked.</summary>
    /// <returns>The networks that are now blocked, or no longer blocked.</returns>
    internal IReadOnlyCollection<Prefix> Allow(IEnumerable<Prefix> networks)
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

        if (widest.SequenceEqual(_allowed))
        {
            return [];
        }

        _allowed = [.. widest];
        Prefix[] exempted = [.. _blocks.Keys.Where(IsAllowed)];
        Prefix[] blocked = [.. _exempt.Keys.Where(network => !IsAllowed(network))];
        Move(exempted, _blocks, _exempt);
        Move(blocked, _exempt, _blocks);
        return [.. exempted, .. blocked];
    }

    private static void Move(Prefix[] networks, Dictionary<Prefix, Block> from, Dictionary<Prefix, Block> to)
    {
        foreach (var network in networks)
        {
            from.Remove(network, out var block);
            to[network] = block;
        }
    }

    private Dictionary<Prefix, Block> PlaceOf(Prefix network) => IsAllowed(network) ? _exempt : _blocks;

    private bool IsAllowed(Prefix network)
    {
        // Only the last network that does not sort after it can contain it.
        var at = Array.BinarySearch(_allowed, network);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && _allowed[at].Contains(network);
    }
}

using System.Runtime.InteropServices;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Blocking;

/// <summary>What the firewall should hold: the networks that are blocked, and those that are let through even inside of blocked
/// ones. Not thread-safe.</summary>
internal sealed class BlockList
{
    private readonly Dictionary<Prefix, Block> _exempt = [];
    private Dictionary<Prefix, Block> _blocks = [];
    private Prefix[] _allowed = [];

    /// <summary>The blocked networks. They may overlap, and some may have ended. None lies in a network that is never blocked.</summary>
    internal IReadOnlyDictionary<Prefix, Block> Blocks => _blocks;

    /// <summary>How many networks are not blocked although decisions say so.</summary>
    internal int Exempt => _exempt.Count;

    /// <summary>The networks that are never blocked, none within another, in order; they win over <see cref="Blocks"/>.</summary>
    internal IReadOnlyList<Prefix> Allowed => _allowed;

    internal bool TryGet(Prefix network, out Block block) => _blocks.TryGetValue(network, out block);

    /// <summary>The block that decisions want for a network, in force or not.</summary>
    internal bool TryGetDecided(Prefix network, out Block block) => _blocks.TryGetValue(network, out block) || _exempt.TryGetValue(network, out block);

    /// <summary>Blocks a network, or gives its block another end.</summary>
    internal void Set(Prefix network, Block block) => PlaceOf(network)[network] = block;

    /// <summary>Blocks a network, or gives its block a later end; never an earlier one.</summary>
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

    /// <summary>Removes all.</summary>
    /// <param name="expected">About how many will be added.</param>
    /// <returns>What was blocked.</returns>
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
    /// <returns>The networks that are blocked from now on, or no longer.</returns>
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
        // Only the last one that does not come after it may contain it.
        var at = Array.BinarySearch(_allowed, network);
        at = at >= 0 ? at : ~at - 1;
        return at >= 0 && _allowed[at].Contains(network);
    }
}

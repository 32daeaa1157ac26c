using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>In which order the networks of a list are written: what the lists before it may lack comes first.</summary>
internal static class NftOrder
{
    private const long Latest = long.MaxValue / 2;

    /// <summary>Sorts blocks: some first, and of these and the others what was decided last.</summary>
    internal static Prefix[] Sort(IEnumerable<KeyValuePair<Prefix, Block>> blocks, IReadOnlySet<Prefix> first)
    {
        List<Prefix> networks = [];
        List<long> keys = [];
        foreach (var (network, block) in blocks)
        {
            networks.Add(network);
            keys.Add(-Math.Clamp(block.Decision, 0, Latest) - (first.Contains(network) ? Latest : 0));
        }

        var sorted = networks.ToArray();
        Array.Sort(keys.ToArray(), sorted);
        return sorted;
    }
}

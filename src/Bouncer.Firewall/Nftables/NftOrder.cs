using System.Runtime.InteropServices;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>The order in which the networks of a list are written: those that may be missing in older lists come first.</summary>
internal static class NftOrder
{
    private const long Latest = long.MaxValue / 2;

    /// <summary>Sorts blocks by decision, the latest first.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="first">The networks that come before all others.</param>
    internal static List<Prefix> Sort(IEnumerable<KeyValuePair<Prefix, Block>> blocks, IReadOnlySet<Prefix> first)
    {
        List<Prefix> networks = [];
        List<long> keys = [];
        foreach (var (network, block) in blocks)
        {
            networks.Add(network);
            keys.Add(-Math.Clamp(block.Decision, 0, Latest) - (first.Contains(network) ? Latest : 0));
        }

        CollectionsMarshal.AsSpan(keys).Sort(CollectionsMarshal.AsSpan(networks));
        return networks;
    }
}

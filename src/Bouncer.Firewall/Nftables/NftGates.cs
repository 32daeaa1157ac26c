using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Computes which networks a gate must contain, and until when, so that the ranges behind it are found.</summary>
internal static class NftGates
{
    /// <summary>A gate stays open slightly longer than the last range behind it, because ends vary slightly.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>The changes that open the gates before some ranges. A gate that is open for too long costs a few lookups and closes
    /// by itself.</summary>
    /// <param name="ranges">The ranges; other networks are ignored.</param>
    /// <param name="open">The gates that are open, and until when.</param>
    internal static IEnumerable<NftChange> Open(IEnumerable<NftElement> ranges, IReadOnlyDictionary<Prefix, TimeSpan> open)
    {
        Dictionary<Prefix, TimeSpan> needed = [];
        foreach (var range in ranges)
        {
            if (NftSet.GateBefore(range.Network) is { } gate && range.End > needed.GetValueOrDefault(gate))
            {
                needed[gate] = range.End;
            }
        }

        return from gate in needed
               where !open.TryGetValue(gate.Key, out var until) || until < gate.Value + (Slack / 2) || until == TimeSpan.MaxValue
               select new NftChange(new(gate.Key, null, gate.Value + Slack), NftChangeKind.Replace);
    }
}

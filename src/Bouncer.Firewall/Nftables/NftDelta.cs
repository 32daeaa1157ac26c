using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Plans changes from the known state, without reading the table. Uses no process and no clock.</summary>
internal static class NftDelta
{
    /// <summary>How long after its end an element may still exist in the kernel, because its timeout starts when nft writes
    /// it.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMinutes(1);

    /// <summary>Plans the changes of some networks.</summary>
    internal static NftPlan Plan(FirewallOptions options, BlockList blocks, IEnumerable<Prefix> changed, OriginSlugs slugs, NftState state, TimeSpan now)
    {
        state.ForgetEnded(now);
        List<NftChange> written = [];
        List<NftChange> removed = [];
        List<Prefix> released = [];
        var (added, renewed) = (0, 0);
        foreach (var network in changed.Distinct())
        {
            var wasWritten = TryGetWritten(state, network, out var held);
            var isHeld = wasWritten && held.End > now;
            if (!blocks.TryGet(network, out var block) || block.End <= now)
            {
                state.Refused.Remove(network);
                released.Add(network);
                if (isHeld)
                {
                    removed.Add(new(new(network, held.Slug, held.End), NftChangeKind.Remove));
                }
                else if (wasWritten)
                {
                    state.ForgetAfter(network, now + Linger);
                }

                continue;
            }

            state.Unreleased.Remove(network);
            NftElement wanted = new(network, slugs.Of(block.Origin, network.IsIPv4), block.End);
            if (isHeld && held.Slug == wanted.Slug && NftTimes.Agree(wanted.End, held.End, held.End, now))
            {
                continue;
            }

            written.Add(wasWritten ? new(wanted, NftChangeKind.Replace, held.Slug) : new(wanted, NftChangeKind.Add));
            _ = isHeld ? renewed++ : added++;
        }

        NftChange[] gates = [.. NftGates.Open(written.Select(change => change.Element), state.Gates)];
        HashSet<NftSet> sets = [.. state.Sets, .. gates.Concat(written).Select(change => change.Element.SetOf(state.Generation))];
        HashSet<string> words = [.. state.Slugs, .. written.Select(change => change.Element.Slug!)];
        var rewrites = sets.Count != state.Sets.Count || words.Count != state.Slugs.Count || state.Allowed is null || !blocks.Allowed.SequenceEqual(state.Allowed);
        var isWhole = state.Pending.Count == 0;
        var surplus = state.SurplusSets;
        return new(now, added, renewed, removed.Count, rewrites)
        {
            Ruleset = new(options, blocks.Allowed, [.. sets, .. state.OldSets.Except(surplus)], words),
            Generation = state.Generation,
            Rebuilds = state.Rebuilds,
            Foreign = state.Foreign,
            SurplusSets = [.. surplus],
            LateForeign = isWhole ? state.LateForeign : [],
            Changes = [.. gates, .. written, .. removed],
            Released = state.OldSets.Count == 0 ? [] : released,
        };
    }

    /// <summary>Finds the state of a network in the kernel, certain or possible.</summary>
    private static bool TryGetWritten(NftState state, Prefix network, out NftHeld held)
    {
        var isHeld = state.Held.TryGetValue(network, out held);
        if (state.Attempted.TryGetValue(network, out var slug))
        {
            // Its end is not known, so it is always written again.
            held = new(TimeSpan.MaxValue, isHeld ? held.Slug : slug);
            return true;
        }

        return isHeld;
    }
}

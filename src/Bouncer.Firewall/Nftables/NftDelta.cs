using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Plans changes from what is known alone, in time that depends on their number. Pure: no process, no clock.</summary>
internal static class NftDelta
{
    /// <summary>Plans what some networks need.</summary>
    internal static NftPlan Plan(FirewallOptions options, BlockList blocks, IEnumerable<Prefix> changed, OriginSlugs slugs, NftState state, TimeSpan now)
    {
        HashSet<NftSet> sets = [.. state.Sets];
        List<NftChange> written = [];
        List<NftChange> removed = [];
        var (added, renewed, gone) = (0, 0, 0);
        foreach (var network in changed.Distinct())
        {
            var isHeld = state.Held.TryGetValue(network, out var held);
            if (!blocks.TryGet(network, out var block) || block.End <= now)
            {
                state.Refused.Remove(network);
                if (isHeld && held.End > now)
                {
                    removed.Add(Removal(network, held));
                    gone++;
                }
                else
                {
                    // The kernel ended it by itself.
                    state.Forget(network);
                }

                continue;
            }

            NftElement wanted = new(network, slugs.Of(block.Origin), block.End);
            var isMoved = isHeld && held.Slug != wanted.Slug;
            if (isHeld && !isMoved && NftTimes.Agree(wanted.End, held.End, held.End, now))
            {
                continue;
            }

            // Even what is not held may linger in the kernel for a moment after its end.
            written.Add(new(wanted, NftChangeKind.Replace));
            sets.Add(wanted.Set);
            _ = isHeld ? renewed++ : added++;
            if (isMoved)
            {
                removed.Add(Removal(network, held));
            }
        }

        var rewrites = !sets.SetEquals(state.Sets) || !blocks.Allowed.SequenceEqual(state.Allowed ?? []);
        return new(now, added, renewed, gone, rewrites)
        {
            Ruleset = new(options, blocks.Allowed, sets),
            Changes = [.. written, .. removed],
        };
    }

    private static NftChange Removal(Prefix network, NftHeld held) => new(new(network, held.Slug, held.End), NftChangeKind.Remove);
}

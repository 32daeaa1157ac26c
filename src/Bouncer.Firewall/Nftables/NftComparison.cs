using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Compares, element by element, what the kernel holds with a list, and takes note of what stays as it is. Pure: no
/// process, no clock.</summary>
/// <param name="blocks">The list.</param>
/// <param name="slugs">The origins' words.</param>
/// <param name="state">What is known; told of everything that is where it should be.</param>
/// <param name="now">The time at which the comparison began.</param>
internal sealed class NftComparison(BlockList blocks, OriginSlugs slugs, NftState state, TimeSpan now)
{
    private readonly List<NftChange> _replaced = [];
    private readonly List<NftChange> _removed = [];
    private readonly HashSet<Prefix> _misplaced = [];

    /// <summary>Takes an element that the kernel holds.</summary>
    /// <param name="network">The network as it is in the set.</param>
    /// <param name="slug">Whose set.</param>
    /// <param name="left">How long the kernel keeps it; <see cref="TimeSpan.MaxValue"/> for ever.</param>
    /// <param name="read">When that was read; it was so some time between the beginning and then.</param>
    internal void Seen(Prefix network, string slug, TimeSpan left, TimeSpan read)
    {
        if (!TryGetWanted(network, out var wanted) || wanted.Slug != slug)
        {
            _removed.Add(new(new(network, slug, TimeSpan.Zero), NftChangeKind.Remove));
            if (wanted.Slug is not null)
            {
                _misplaced.Add(network);
            }

            return;
        }

        var isForEver = left == TimeSpan.MaxValue;
        var (earliest, latest) = isForEver ? (left, left) : (now + left, read + left);
        if (!NftTimes.Agree(wanted.End, earliest, latest, now))
        {
            _replaced.Add(new(wanted, NftChangeKind.Replace));
        }

        state.Hold(wanted with { End = wanted.End < earliest ? earliest : wanted.End > latest ? latest : wanted.End });
    }

    /// <summary>Plans what is missing between all that was seen and the list.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="structure">What is there around the elements.</param>
    /// <param name="rebuilds">Whether the table is to be written as a whole.</param>
    internal NftPlan Finish(FirewallOptions options, NftStructure structure, bool rebuilds)
    {
        HashSet<NftSet> sets = [];
        List<NftChange> added = [];
        var moved = 0;
        foreach (var network in blocks.Blocks.Keys)
        {
            if (!TryGetWanted(network, out var wanted))
            {
                continue;
            }

            sets.Add(wanted.Set);
            if (!state.Held.ContainsKey(network))
            {
                added.Add(new(wanted, NftChangeKind.Add));
                moved += _misplaced.Contains(network) ? 1 : 0;
            }
        }

        HashSet<NftSet> surplus = rebuilds ? [] : [.. structure.Sets.Except(sets)];
        string[] surplusCounters = rebuilds ? [] : [.. structure.Counters.Keys.Except(sets.Select(set => set.Slug)).Except(slugs.Known)];
        NftRuleset ruleset = new(options, blocks.Allowed, sets);

        // What this process wrote it knows to the letter; what one before it wrote, by the marks.
        var isAsWritten = structure.Resembles(ruleset) && (state.Signature is null || structure.Signature == state.Signature);
        if (isAsWritten)
        {
            (state.Allowed, state.Signature) = (blocks.Allowed, structure.Signature);
        }

        return new(now, added.Count - moved, _replaced.Count + moved, _removed.Count - moved, rebuilds || !isAsWritten || surplusCounters.Length > 0)
        {
            Ruleset = ruleset,
            Rebuilds = rebuilds,
            SurplusSets = surplus,
            SurplusCounters = surplusCounters,

            // A set that goes takes its elements along.
            Changes = [.. added, .. _replaced, .. _removed.Where(change => !surplus.Contains(change.Element.Set))],
        };
    }

    private bool TryGetWanted(Prefix network, out NftElement wanted)
    {
        var isWanted = blocks.TryGet(network, out var block) && block.End > now;
        wanted = isWanted ? new(network, slugs.Of(block.Origin), block.End) : default;
        return isWanted;
    }
}

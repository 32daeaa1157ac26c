using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Compares the kernel's content with a list, element by element, and records what is already correct. Uses no process and
/// no clock.</summary>
internal sealed class NftComparison
{
    private readonly BlockList _blocks;
    private readonly OriginSlugs _slugs;
    private readonly NftState _state;
    private readonly NftStructure _structure;
    private readonly TimeSpan _now;
    private readonly List<NftChange> _replaced = [];
    private readonly List<NftChange> _removed = [];

    /// <param name="blocks">The list.</param>
    /// <param name="slugs">The slugs of origins.</param>
    /// <param name="state">The known state; it is cleared first and then receives everything that is correct.</param>
    /// <param name="structure">The table without its elements.</param>
    /// <param name="now">The time at which the comparison began.</param>
    internal NftComparison(BlockList blocks, OriginSlugs slugs, NftState state, NftStructure structure, TimeSpan now)
    {
        (_blocks, _slugs, _state, _structure, _now) = (blocks, slugs, state, structure, now);
        state.Forget();
        state.Generation = structure.Generations is [var oldest, ..] ? oldest : 0;
        state.Slugs.UnionWith(structure.Counters.Keys);
    }

    /// <summary>The sets whose elements are compared. All others are removed.</summary>
    internal IEnumerable<NftSet> Sets => _structure.Sets.Where(set => set.Generation == _state.Generation);

    /// <summary>Whether an element refers to a counter that is not the bouncer's. Such a set is replaced by a new list.</summary>
    internal bool HasForeign { get; private set; }

    /// <summary>Compares one element of the kernel.</summary>
    /// <param name="set">The set.</param>
    /// <param name="network">The network as it is in the set.</param>
    /// <param name="slug">The slug of the decision's origin, if it is known.</param>
    /// <param name="left">The element's remaining time in the kernel; <see cref="TimeSpan.MaxValue"/> if it has no end.</param>
    /// <param name="read">When that was read: the value is from some time between the beginning and this time.</param>
    internal void Seen(NftSet set, Prefix network, string? slug, TimeSpan left, TimeSpan read)
    {
        var isForEver = left == TimeSpan.MaxValue;
        var (earliest, latest) = isForEver ? (left, left) : (_now + left, read + left);
        if (set.IsGate)
        {
            // A gate that is open for longer than necessary closes by itself.
            _state.Hold(new(network, null, earliest));
            return;
        }

        if (slug is null)
        {
            HasForeign = true;
            return;
        }

        if (!TryGetWanted(network, out var wanted))
        {
            _removed.Add(new(new(network, slug, latest), NftChangeKind.Remove));
            return;
        }

        if (wanted.Slug != slug || !NftTimes.Agree(wanted.End, earliest, latest, _now))
        {
            _replaced.Add(new(wanted, NftChangeKind.Replace, slug));
        }

        _state.Hold(wanted with { End = wanted.End < earliest ? earliest : wanted.End > latest ? latest : wanted.End });
    }

    /// <summary>Plans the changes from the compared elements to the list.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="rebuilds">Whether the table is deleted first; no elements were compared then.</param>
    /// <param name="believesMarks">Whether rules of another process are kept if their marks and effects are correct.</param>
    internal NftPlan Finish(FirewallOptions options, bool rebuilds, bool believesMarks)
    {
        List<NftElement> all = new(_blocks.Blocks.Count);
        List<NftChange> added = [];
        foreach (var network in _blocks.Blocks.Keys)
        {
            if (!TryGetWanted(network, out var wanted))
            {
                continue;
            }

            all.Add(wanted);
            if (!_state.Held.ContainsKey(network))
            {
                added.Add(new(wanted, NftChangeKind.Add));
            }
        }

        NftChange[] gates = [.. NftGates.Open(all, _state.Gates)];
        HashSet<NftSet> sets = [.. all.Select(element => element.SetOf(_state.Generation))];
        foreach (var isIPv4 in all.Where(element => NftSet.GateBefore(element.Network) is not null).Select(element => element.Network.IsIPv4).Distinct())
        {
            sets.Add(NftSet.GateOf(isIPv4, _state.Generation));
        }

        HashSet<string> words = [.. _state.Slugs, .. all.Select(element => element.Slug!)];
        NftRuleset ruleset = new(options, _blocks.Allowed, sets, words);

        // Rules that this process wrote must be exactly the same.
        var isAsWritten = _structure.Resembles(ruleset, []) && (_state.Signature is { } written ? _structure.Signature == written : believesMarks);
        if (isAsWritten)
        {
            (_state.Allowed, _state.Signature) = (_blocks.Allowed, _structure.Signature);
        }

        HashSet<NftSet> surplus = [.. _structure.Sets.Except(sets)];
        _state.Sets.UnionWith(_structure.Sets);
        _state.Read();

        // The elements of a removed set need not be removed one by one.
        NftChange[] removed = [.. _removed.Where(change => !surplus.Contains(change.Element.SetOf(_state.Generation)))];
        return new(_now, added.Count, _replaced.Count, _removed.Count, !isAsWritten || gates.Length > 0)
        {
            Ruleset = ruleset,
            Generation = _state.Generation,
            Rebuilds = rebuilds,
            Foreign = _structure.Foreign,
            SurplusSets = surplus,
            Changes = [.. gates, .. added, .. _replaced, .. removed],
        };
    }

    private bool TryGetWanted(Prefix network, out NftElement wanted)
    {
        var isWanted = _blocks.TryGet(network, out var block) && block.End > _now;
        wanted = isWanted ? new(network, _slugs.Of(block.Origin, network.IsIPv4), block.End) : default;
        return isWanted;
    }
}

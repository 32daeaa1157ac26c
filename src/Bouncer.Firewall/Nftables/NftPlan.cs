using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>The changes to make in our table.</summary>
/// <param name="now">When this was planned, on the monotonic clock.</param>
/// <param name="added">How many networks are added.</param>
/// <param name="renewed">How many get another end or another origin.</param>
/// <param name="removed">How many are removed.</param>
/// <param name="rewritesRules">Whether the rules are written before the elements.</param>
internal sealed class NftPlan(TimeSpan now, int added, int renewed, int removed, bool rewritesRules) : FirewallPlan
{
    /// <summary>The rules around the elements when all is done.</summary>
    internal required NftRuleset Ruleset { get; init; }

    /// <summary>The list that the changes are made to.</summary>
    internal required int Generation { get; init; }

    /// <summary>Whether the table is deleted first.</summary>
    internal bool Rebuilds { get; init; }

    /// <summary>What this bouncer cannot have written, and is removed, in the order in which that is possible.</summary>
    internal IReadOnlyCollection<NftThing> Foreign { get; init; } = [];

    /// <summary>The same, but removed after <see cref="SurplusSets"/>.</summary>
    internal IReadOnlyCollection<NftThing> LateForeign { get; init; } = [];

    /// <summary>The sets that are removed after the elements are written.</summary>
    internal IReadOnlyCollection<NftSet> SurplusSets { get; init; } = [];

    /// <summary>The changes of elements, in the order in which nothing is let through meanwhile.</summary>
    internal required NftChange[] Changes { get; init; }

    /// <summary>The unbanned networks that older lists may hold.</summary>
    internal IReadOnlyCollection<Prefix> Released { get; init; } = [];

    /// <inheritdoc />
    public override int Added { get; } = added;

    /// <inheritdoc />
    public override int Renewed { get; } = renewed;

    /// <inheritdoc />
    public override int Removed { get; } = removed;

    /// <inheritdoc />
    public override bool RewritesRules => rewritesRules || SurplusSets.Count > 0;

    /// <summary>The lines before those for elements. Their rules still use <see cref="SurplusSets"/>.</summary>
    internal IEnumerable<string> FirstLines() => !rewritesRules ? []
        : (Ruleset with { Sets = [.. Ruleset.Sets, .. SurplusSets] }).Lines(Rebuilds, Foreign, []);

    /// <summary>The lines after those for elements.</summary>
    internal IEnumerable<string> LastLines() => SurplusSets.Count == 0 ? [] : Ruleset.Lines(rebuilds: false, LateForeign, SurplusSets);

    /// <inheritdoc />
    public override IEnumerable<string> Describe() =>
        [.. FirstLines(), .. NftElementText.Lines(Ruleset.Options.Name, Generation, Changes, now), .. LastLines()];
}

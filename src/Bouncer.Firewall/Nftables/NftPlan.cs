using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>The changes to make in the bouncer's table.</summary>
/// <param name="now">When this was planned, on the monotonic clock.</param>
/// <param name="added">The number of networks that are added.</param>
/// <param name="renewed">The number of networks that get another end or origin.</param>
/// <param name="removed">The number of networks that are removed.</param>
/// <param name="rewritesRules">Whether the rules are written before the elements.</param>
internal sealed class NftPlan(TimeSpan now, int added, int renewed, int removed, bool rewritesRules) : FirewallPlan
{
    /// <summary>The rules around the elements after the changes.</summary>
    internal required NftRuleset Ruleset { get; init; }

    /// <summary>The list to which the changes are made.</summary>
    internal required int Generation { get; init; }

    /// <summary>Whether the table is deleted first.</summary>
    internal bool Rebuilds { get; init; }

    /// <summary>Objects that this bouncer cannot have written and that are removed, in a possible order.</summary>
    internal IReadOnlyCollection<NftObject> Foreign { get; init; } = [];

    /// <summary>Objects like <see cref="Foreign"/> that are removed after <see cref="SurplusSets"/>.</summary>
    internal IReadOnlyCollection<NftObject> LateForeign { get; init; } = [];

    /// <summary>The sets that are removed after the elements are written.</summary>
    internal IReadOnlyCollection<NftSet> SurplusSets { get; init; } = [];

    /// <summary>The changes of elements, in an order that lets nothing through in between.</summary>
    internal required NftChange[] Changes { get; init; }

    /// <summary>The networks without a decision that older lists may still contain.</summary>
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

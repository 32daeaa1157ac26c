using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>What is to be written into our table.</summary>
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

    /// <summary>Whether the table goes first.</summary>
    internal bool Rebuilds { get; init; }

    /// <summary>What is in the table that could not be ours, and goes: in the order in which it can.</summary>
    internal IReadOnlyCollection<NftThing> Foreign { get; init; } = [];

    /// <summary>What could not be ours either, and goes after <see cref="SurplusSets"/>.</summary>
    internal IReadOnlyCollection<NftThing> LateForeign { get; init; } = [];

    /// <summary>Sets that go when their networks are elsewhere.</summary>
    internal IReadOnlyCollection<NftSet> SurplusSets { get; init; } = [];

    /// <summary>What is done with elements, in this order: nothing that should be blocked is let through on the way.</summary>
    internal required IReadOnlyList<NftChange> Changes { get; init; }

    /// <summary>The networks that a list before this one is to let go, if it has them.</summary>
    internal IReadOnlyCollection<Prefix> Released { get; init; } = [];

    /// <inheritdoc />
    public override int Added { get; } = added;

    /// <inheritdoc />
    public override int Renewed { get; } = renewed;

    /// <inheritdoc />
    public override int Removed { get; } = removed;

    /// <inheritdoc />
    public override bool RewritesRules => rewritesRules || SurplusSets.Count > 0;

    /// <summary>The lines that are written before elements: sets that go later are still looked into.</summary>
    internal IEnumerable<string> FirstLines() => !rewritesRules ? []
        : (Ruleset with { Sets = [.. Ruleset.Sets, .. SurplusSets] }).Lines(Rebuilds, Foreign, []);

    /// <summary>The lines that are written after elements.</summary>
    internal IEnumerable<string> LastLines() => SurplusSets.Count == 0 ? [] : Ruleset.Lines(rebuilds: false, LateForeign, SurplusSets);

    /// <inheritdoc />
    public override IEnumerable<string> Describe() =>
        [.. FirstLines(), .. NftElementText.Lines(Ruleset.Options.Name, Generation, Changes, now), .. LastLines()];
}

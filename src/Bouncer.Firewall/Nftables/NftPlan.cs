namespace Bouncer.Firewall.Nftables;

/// <summary>What is to be written into our table.</summary>
/// <param name="now">When this was planned, on the monotonic clock.</param>
/// <param name="added">How many networks are added.</param>
/// <param name="renewed">How many get another end or another set.</param>
/// <param name="removed">How many are removed.</param>
/// <param name="rewritesRules">Whether the rules are written.</param>
internal sealed class NftPlan(TimeSpan now, int added, int renewed, int removed, bool rewritesRules) : FirewallPlan
{
    /// <summary>The rules around the elements when all is done.</summary>
    internal required NftRuleset Ruleset { get; init; }

    /// <summary>Whether the table goes first and is written as a whole, in one transaction.</summary>
    internal bool Rebuilds { get; init; }

    /// <summary>Sets that go when their networks are elsewhere.</summary>
    internal IReadOnlyCollection<NftSet> SurplusSets { get; init; } = [];

    /// <summary>Counters that go, of origins that there are no more.</summary>
    internal IReadOnlyCollection<string> SurplusCounters { get; init; } = [];

    /// <summary>What is done with elements, in this order: nothing that should be blocked is let through on the way.</summary>
    internal required IReadOnlyList<NftChange> Changes { get; init; }

    /// <inheritdoc />
    public override int Added { get; } = added;

    /// <inheritdoc />
    public override int Renewed { get; } = renewed;

    /// <inheritdoc />
    public override int Removed { get; } = removed;

    /// <inheritdoc />
    public override bool RewritesRules { get; } = rewritesRules;

    /// <summary>The lines that are written before elements: sets that go later are still looked into.</summary>
    internal IEnumerable<string> FirstLines() => !RewritesRules ? []
        : SurplusSets.Count == 0 ? Ruleset.Lines(Rebuilds, [], SurplusCounters)
        : (Ruleset with { Sets = Ruleset.Sets.Union(SurplusSets).ToHashSet() }).Lines(anew: false, [], []);

    /// <summary>The lines that are written after elements.</summary>
    internal IEnumerable<string> LastLines() => SurplusSets.Count == 0 ? [] : Ruleset.Lines(anew: false, SurplusSets, SurplusCounters);

    /// <inheritdoc />
    public override IEnumerable<string> Describe() =>
        [.. FirstLines(), .. NftElementText.Lines(Ruleset.Options.Name, Changes, now), .. LastLines()];
}

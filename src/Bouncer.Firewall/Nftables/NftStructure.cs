using Bouncer.Firewall.Backends;

namespace Bouncer.Firewall.Nftables;

/// <summary>The current table without its elements. Immutable.</summary>
internal sealed record NftStructure
{
    /// <summary>A table that does not exist.</summary>
    internal static NftStructure None { get; } = new();

    /// <summary>Whether a table with the bouncer's name exists.</summary>
    internal bool Exists { get; init; }

    /// <summary>Whether the table itself differs from what the bouncer writes: it is dormant or owned by another program. Only
    /// deleting it repairs that.</summary>
    internal bool IsForeign { get; init; }

    /// <summary>Whether the table is dormant: nothing in it blocks anything.</summary>
    internal bool IsDormant { get; init; }

    /// <summary>Objects that this bouncer cannot have written. Their effect is not known, and they may be in conflict with its
    /// rules.</summary>
    internal IReadOnlyCollection<NftObject> Foreign { get; init; } = [];

    /// <summary>The exact text of table, chains, rules and sets with their nft handles; equal only if none was written in
    /// between.</summary>
    internal string Signature { get; init; } = "";

    /// <summary>The bouncer's sets.</summary>
    internal IReadOnlySet<NftSet> Sets { get; init; } = new HashSet<NftSet>();

    /// <summary>The nft handle of each of these sets: a set that was deleted and created again has another.</summary>
    internal IReadOnlyDictionary<NftSet, long> Handles { get; init; } = new Dictionary<NftSet, long>();

    /// <summary>The lists that have sets, oldest first. Lists other than the oldest are partial: their writers ended before they
    /// were complete. A partial list may contain networks that are missing in older ones.</summary>
    internal IReadOnlyList<int> Generations { get; init; } = [];

    /// <summary>The chains by name: the hook each is bound to, if any, and the mark and the effect of each rule.</summary>
    internal IReadOnlyDictionary<string, string> Chains { get; init; } = new Dictionary<string, string>();

    /// <summary>What was stopped for each origin's slug.</summary>
    internal IReadOnlyDictionary<string, Traffic> Counters { get; init; } = new Dictionary<string, Traffic>();

    /// <summary>The packets of each family, by the name of its counter in <see cref="NftProcessed"/>.</summary>
    internal IReadOnlyDictionary<string, Traffic> Processed { get; init; } = new Dictionary<string, Traffic>();

    /// <summary>Whether the bouncer could have written everything in it.</summary>
    internal bool IsOurs => !IsForeign && Foreign.Count == 0;

    /// <summary>Whether the table is as it would be after writing a ruleset. nft lists rules in its own spelling, so they are
    /// compared by their marks and by the sets and verdicts that they use.</summary>
    /// <param name="wanted">The ruleset.</param>
    /// <param name="tolerated">Other objects that may exist.</param>
    internal bool Resembles(NftRuleset wanted, IReadOnlyCollection<NftObject> tolerated) =>
        Exists
        && !IsForeign
        && Foreign.All(tolerated.Contains)
        && Sets.SetEquals(wanted.Sets)
        && wanted.Slugs.All(Counters.ContainsKey)
        && wanted.Outlines() is var chains
        && chains.Count == Chains.Count
        && chains.All(chain => Chains.GetValueOrDefault(chain.Key) == chain.Value);
}

using Bouncer.Firewall.Backends;

namespace Bouncer.Firewall.Nftables;

/// <summary>Our table as it is, without its elements. Immutable.</summary>
internal sealed record NftStructure
{
    /// <summary>Stands for a table that does not exist.</summary>
    internal static NftStructure None { get; } = new();

    /// <summary>Whether a table of our name exists.</summary>
    internal bool Exists { get; init; }

    /// <summary>Whether the table itself is not as we write it: dormant, or owned by another program. Only deleting it repairs that.</summary>
    internal bool IsForeign { get; init; }

    /// <summary>Whether the table is dormant: nothing in it blocks anything.</summary>
    internal bool IsDormant { get; init; }

    /// <summary>What this bouncer cannot have written. What it does is not known, and it may be in the way.</summary>
    internal IReadOnlyCollection<NftThing> Foreign { get; init; } = [];

    /// <summary>Table, chains, rules and sets to the letter, with nft's numbers for them; equal only while none was written.</summary>
    internal string Signature { get; init; } = "";

    /// <summary>Our sets.</summary>
    internal IReadOnlySet<NftSet> Sets { get; init; } = new HashSet<NftSet>();

    /// <summary>nft's number for each of our sets: one that was deleted and made again has another.</summary>
    internal IReadOnlyDictionary<NftSet, long> Handles { get; init; } = new Dictionary<NftSet, long>();

    /// <summary>The lists that have sets, the oldest first. The others are partial: their writers ended before they were complete.
    /// A partial list may hold what older ones lack.</summary>
    internal IReadOnlyList<int> Generations { get; init; } = [];

    /// <summary>The chains by name: the hook each is bound to, if any, and the mark and the effect of each rule.</summary>
    internal IReadOnlyDictionary<string, string> Chains { get; init; } = new Dictionary<string, string>();

    /// <summary>What was stopped for each origin's slug.</summary>
    internal IReadOnlyDictionary<string, Traffic> Counters { get; init; } = new Dictionary<string, Traffic>();

    /// <summary>Whether all that is in it could be ours.</summary>
    internal bool IsOurs => !IsForeign && Foreign.Count == 0;

    /// <summary>Whether the table is as writing a ruleset makes it. nft spells rules its own way, so they are compared by their marks
    /// and by the sets and verdicts they use.</summary>
    /// <param name="wanted">The ruleset.</param>
    /// <param name="tolerated">What else may be there.</param>
    internal bool Resembles(NftRuleset wanted, IReadOnlyCollection<NftThing> tolerated) =>
        Exists
        && !IsForeign
        && Foreign.All(tolerated.Contains)
        && Sets.SetEquals(wanted.Sets)
        && wanted.Slugs.All(Counters.ContainsKey)
        && wanted.Outlines() is var chains
        && chains.Count == Chains.Count
        && chains.All(chain => Chains.GetValueOrDefault(chain.Key) == chain.Value);
}

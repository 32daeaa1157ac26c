namespace Bouncer.Firewall.Nftables;

/// <summary>Everything of our table but the elements, as it is. Immutable.</summary>
internal sealed record NftStructure
{
    /// <summary>The place of a table that is not there.</summary>
    internal static NftStructure None { get; } = new();

    /// <summary>Whether there is a table of our name.</summary>
    internal bool Exists { get; init; }

    /// <summary>Whether the table itself is not as ours: dormant, or another program's. It must be deleted to be mended.</summary>
    internal bool IsForeign { get; init; }

    /// <summary>Whether the table is dormant: nothing in it blocks anything.</summary>
    internal bool IsDormant { get; init; }

    /// <summary>What it holds that could not be ours: what that does is not known, and it may be in the way.</summary>
    internal IReadOnlyCollection<NftThing> Foreign { get; init; } = [];

    /// <summary>Table, chains, rules and sets to the letter, with nft's numbers for them; equal only while none was written.</summary>
    internal string Signature { get; init; } = "";

    /// <summary>Our sets.</summary>
    internal IReadOnlySet<NftSet> Sets { get; init; } = new HashSet<NftSet>();

    /// <summary>nft's number for each of our sets: one that was deleted and made again has another.</summary>
    internal IReadOnlyDictionary<NftSet, long> Handles { get; init; } = new Dictionary<NftSet, long>();

    /// <summary>The lists of which there are sets, the oldest first. One that was begun beside it was left when its writer ended;
    /// it may have what the older ones lack.</summary>
    internal IReadOnlyList<int> Generations { get; init; } = [];

    /// <summary>The chains by name: the hook each is bound to, if any, and the mark and the effect of each rule.</summary>
    internal IReadOnlyDictionary<string, string> Chains { get; init; } = new Dictionary<string, string>();

    /// <summary>The packets stopped for each origin's slug.</summary>
    internal IReadOnlyDictionary<string, long> Counters { get; init; } = new Dictionary<string, long>();

    /// <summary>Whether all that is in it could be ours.</summary>
    internal bool IsOurs => !IsForeign && Foreign.Count == 0;

    /// <summary>Whether this is what writing a ruleset makes, as far as it can be told without nft's own spelling of rules: by the
    /// marks that ours carry, whichever process wrote them, and by what they look into and do.</summary>
    /// <param name="wanted">The ruleset.</param>
    /// <param name="tolerated">What may be there besides.</param>
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

using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Blocking;

/// <summary>Brings the list of blocks up to date with the decisions.</summary>
internal sealed class BlockListUpdater(IDecisionStore decisions, ListedTypes types, TimeProvider time)
{
    /// <summary>LAPI sends how long a decision lasts, and its answer takes some time to arrive.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(2);

    /// <summary>Fills the list from all decisions.</summary>
    /// <returns>The networks whose block changed; none if the list was empty.</returns>
    internal IReadOnlyCollection<Prefix> Replace(BlockList blocks, IReadOnlyCollection<Decision> all)
    {
        var before = blocks.Clear(expected: all.Count);
        foreach (var decision in all)
        {
            if (types.Include(decision) && decision.Network is { } network)
            {
                blocks.Extend(Prefix.From(network), ToBlock(decision));
            }
        }

        return before.Count == 0 ? [] :
        [
            .. before.Keys.Where(network => !blocks.TryGet(network, out _)),
            .. blocks.Blocks.Where(block => !before.TryGetValue(block.Key, out var held) || IsRenewed(held, block.Value)).Select(block => block.Key),
        ];
    }

    /// <summary>Looks up some networks again.</summary>
    /// <returns>Those whose block changed.</returns>
    internal IReadOnlyCollection<Prefix> Update(BlockList blocks, IEnumerable<Prefix> networks) =>
        [.. networks.Where(network => Update(blocks, network))];

    private bool Update(BlockList blocks, Prefix network)
    {
        var isBlocked = blocks.TryGetDecided(network, out var held);
        if (Find(network) is not { } wanted)
        {
            blocks.Remove(network);
            return isBlocked;
        }

        if (isBlocked && held.End == wanted.End && held.Origin == wanted.Origin)
        {
            return false;
        }

        blocks.Set(network, wanted);
        return true;
    }

    private Block? Find(Prefix network)
    {
        var exactly = network.ToIPNetwork();
        Decision? longest = null;
        foreach (var decision in decisions.FindAll(exactly.BaseAddress))
        {
            if (types.Include(decision) && decision.Network == exactly && (longest is null || decision.Deadline > longest.Deadline))
            {
                longest = decision;
            }
        }

        return longest is null ? null : ToBlock(longest);
    }

    private Block ToBlock(Decision decision) => new(time.At(decision.Deadline), decision.Origin, decision.Id);

    private static bool IsRenewed(Block held, Block wanted) => held.Origin != wanted.Origin || (held.End - wanted.End).Duration() >= Delay;
}

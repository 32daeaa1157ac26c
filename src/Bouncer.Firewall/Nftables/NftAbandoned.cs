using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Lists that were begun, never became whole, and are too many: a process that is killed again and again leaves one at each
/// start. None goes before what it alone has is elsewhere.</summary>
internal sealed class NftAbandoned(Nft nft, string table, TimeSpan longest, TimeProvider time)
{
    /// <summary>How many are kept beside the oldest list.</summary>
    private const int MostKept = 4;

    /// <summary>Reads which lists can go.</summary>
    /// <returns>The lists, and the networks that must be written before they go. A list that cannot be read in time stays.</returns>
    internal async Task<(IReadOnlyCollection<int> Lists, IReadOnlyCollection<Prefix> Networks)> FindAsync(
        BlockList blocks,
        NftStructure structure,
        CancellationToken cancellationToken)
    {
        var until = time.Now() + longest;
        int[] begun = [.. structure.Generations.Skip(1)];
        List<int> lists = [];
        HashSet<Prefix> networks = [];
        foreach (var list in begun.SkipLast(MostKept))
        {
            if (await TryReadAsync(structure, list, until, Note, cancellationToken).ConfigureAwait(false))
            {
                lists.Add(list);
            }
        }

        foreach (var list in begun.TakeLast(lists.Count == 0 ? 0 : MostKept))
        {
            await TryReadAsync(structure, list, until, Drop, cancellationToken).ConfigureAwait(false);
        }

        return (lists, networks);

        void Note(Prefix network, TimeSpan left)
        {
            if (blocks.Blocks.ContainsKey(network))
            {
                networks.Add(network);
            }
        }

        void Drop(Prefix network, TimeSpan left)
        {
            if (IsLongEnough(blocks, network, left))
            {
                networks.Remove(network);
            }
        }
    }

    private bool IsLongEnough(BlockList blocks, Prefix network, TimeSpan left) =>
        blocks.TryGet(network, out var block) && left >= block.End - time.Now() - NftTimes.Tolerance;

    private async Task<bool> TryReadAsync(NftStructure structure, int list, TimeSpan until, Action<Prefix, TimeSpan> seen, CancellationToken cancellationToken)
    {
        foreach (var set in structure.Sets.Where(set => set.Generation == list && !set.IsGate))
        {
            var limit = until - time.Now();
            if (limit <= TimeSpan.Zero)
            {
                return false;
            }

            try
            {
                await nft.ReadElementsAsync(table, set, limit, (network, _, left) => seen(network, left), cancellationToken).ConfigureAwait(false);
            }
            catch (FirewallException failure) when (failure.Kind == FirewallErrorKind.TimedOut)
            {
                return false;
            }
        }

        return true;
    }
}

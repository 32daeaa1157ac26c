using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Finds the partial lists that can be removed. A process that is killed while it writes a long list leaves a partial one,
/// and a process that is killed at each start leaves one each time.</summary>
internal sealed class NftAbandoned(Nft nft, string table, TimeSpan longest, TimeProvider time)
{
    /// <summary>The number of lists that are kept in addition to the oldest one.</summary>
    private const int MostKept = 4;

    /// <summary>The number that is kept if the surplus ones cannot be read. Each takes kernel memory and a lookup for each
    /// packet.</summary>
    private const int MostUnread = 8;

    /// <summary>Reads the surplus lists.</summary>
    /// <returns>The lists that can be removed, and the networks that must be written first. A list that cannot be read is kept; if
    /// there are more than <see cref="MostUnread"/>, the oldest ones are removed. Later lists contain the latest
    /// decisions.</returns>
    internal async Task<(IReadOnlyCollection<int> Lists, IReadOnlyCollection<Prefix> Networks)> FindAsync(
        BlockList blocks,
        NftStructure structure,
        CancellationToken cancellationToken)
    {
        var until = time.Now() + longest;
        int[] partial = [.. structure.Generations.Skip(1)];
        List<int> read = [];
        HashSet<Prefix> networks = [];
        foreach (var list in partial.SkipLast(MostKept))
        {
            if (await TryReadAsync(structure, list, until, Note, cancellationToken).ConfigureAwait(false))
            {
                read.Add(list);
            }
        }

        foreach (var list in partial.TakeLast(read.Count == 0 ? 0 : MostKept))
        {
            await TryReadAsync(structure, list, until, Drop, cancellationToken).ConfigureAwait(false);
        }

        return ([.. read, .. partial.Except(read).SkipLast(MostUnread)], networks);

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
            catch (FirewallException failure) when (failure.Kind is FirewallErrorKind.TimedOut or FirewallErrorKind.Failed)
            {
                return false;
            }
        }

        return true;
    }
}

using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

/// <summary>Writes changes of elements, in parts that nft has the memory for, and takes note of what was carried out.</summary>
internal sealed class NftElementWriter(Nft nft, string table, int perCall, NftState state, TimeProvider time, ILogger<NftablesBackend> logger)
{
    internal const int MostPerCall = 10_000;

    /// <summary>Enough for five bad elements in a full part.</summary>
    private const int Attempts = 150;

    /// <summary>Enough to find whether smaller parts are what nft or the kernel can do.</summary>
    private const int AttemptsWhenFailing = 16;

    /// <exception cref="FirewallException">Not even one element of a part can be written, or nft fails for another reason.</exception>
    internal async Task WriteAsync(int generation, IEnumerable<NftChange> changes, CancellationToken cancellationToken)
    {
        foreach (var part in changes.Chunk(perCall))
        {
            var outcome = await TryAsync(generation, part, cancellationToken).ConfigureAwait(false);
            if (outcome.Fault is NftFault.Refused or NftFault.Failed)
            {
                await WriteAllButRefusedAsync(generation, part, outcome, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                outcome.ThrowIfFault();
            }
        }
    }

    private async Task WriteAllButRefusedAsync(int generation, NftChange[] part, NftOutcome first, CancellationToken cancellationToken)
    {
        var attempts = first.Fault == NftFault.Refused ? Attempts : AttemptsWhenFailing;
        var refused = await Bisection.RefusedAsync(part, attempts, async smaller =>
        {
            var outcome = await TryAsync(generation, smaller, cancellationToken).ConfigureAwait(false);
            if (outcome.Fault is not (NftFault.Refused or NftFault.Failed))
            {
                outcome.ThrowIfFault();
            }

            return outcome.Fault == NftFault.None;
        }).ConfigureAwait(false);
        // What failed is tried again; what was refused would be refused again.
        if (refused.Count > 0 && (first.Fault == NftFault.Failed || (refused.Count == part.Length && part.Length > 1)))
        {
            throw first.ToException();
        }

        if (refused.Count > 0)
        {
            logger.RefusedByNft(refused.Count, first.Reason);
        }

        state.Refused.UnionWith(refused.Select(change => change.Element.Network));
    }

    /// <summary>Takes networks out of another list, as far as they are there.</summary>
    internal async Task ReleaseAsync(IEnumerable<NftSet> from, IEnumerable<Prefix> networks, CancellationToken cancellationToken)
    {
        foreach (var generation in from.GroupBy(set => set.Generation))
        {
            var held = networks.Where(network => generation.Contains(NftSet.Of(network, generation.Key)));
            await Bisection.RefusedAsync(held, Attempts, async part =>
            {
                var outcome = await nft.WriteAsync(NftElementText.Delete(table, generation.Key, part), part.Count, cancellationToken).ConfigureAwait(false);
                if (outcome.Fault != NftFault.NotThere)
                {
                    outcome.ThrowIfFault();
                }

                return outcome.Fault == NftFault.None;
            }).ConfigureAwait(false);
        }
    }

    private async Task<NftOutcome> TryAsync(int generation, IReadOnlyCollection<NftChange> part, CancellationToken cancellationToken)
    {
        var outcome = await nft.WriteAsync(NftElementText.Lines(table, generation, part, time.Now()), part.Count, cancellationToken).ConfigureAwait(false);
        if (outcome.Fault == NftFault.None)
        {
            state.Apply(part);
        }

        return outcome;
    }
}

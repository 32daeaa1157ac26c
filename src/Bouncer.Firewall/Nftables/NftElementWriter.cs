using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Blocking;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

/// <summary>Writes changes of elements, in parts that nft has the memory for, and takes note of what was carried out.</summary>
internal sealed class NftElementWriter(Nft nft, string table, NftState state, TimeProvider time, ILogger<NftablesBackend> logger)
{
    private const int PerCall = 20_000;

    /// <summary>Enough for five bad elements in a full part.</summary>
    private const int Attempts = 150;

    /// <exception cref="FirewallException">Not even one element of a part can be written, or nft fails for another reason.</exception>
    internal async Task WriteAsync(IEnumerable<NftChange> changes, CancellationToken cancellationToken)
    {
        foreach (var part in changes.Chunk(PerCall))
        {
            var outcome = await TryAsync(part, cancellationToken).ConfigureAwait(false);
            if (outcome.Fault == NftFault.Refused)
            {
                await WriteAllButRefusedAsync(part, outcome, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                outcome.ThrowIfFault();
            }
        }
    }

    private async Task WriteAllButRefusedAsync(NftChange[] part, NftOutcome first, CancellationToken cancellationToken)
    {
        var refused = await Bisection.RefusedAsync(part, Attempts, async smaller =>
        {
            var outcome = await TryAsync(smaller, cancellationToken).ConfigureAwait(false);
            if (outcome.Fault != NftFault.Refused)
            {
                outcome.ThrowIfFault();
            }

            return outcome.Fault == NftFault.None;
        }).ConfigureAwait(false);
        if (refused.Count == part.Length && part.Length > 1)
        {
            throw first.ToException();
        }

        if (refused.Count > 0)
        {
            logger.RefusedByNft(refused.Count, first.Reason);
        }

        state.Refused.UnionWith(refused.Select(change => change.Element.Network));
    }

    private async Task<NftOutcome> TryAsync(IReadOnlyCollection<NftChange> part, CancellationToken cancellationToken)
    {
        var outcome = await nft.WriteAsync(NftElementText.Lines(table, part, time.Now()), part.Count, cancellationToken).ConfigureAwait(false);
        if (outcome.Fault == NftFault.None)
        {
            state.Apply(part);
        }

        return outcome;
    }
}

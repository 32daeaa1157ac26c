using Bouncer.Firewall.Backends;
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
            var outcome = await TryAsync([], generation, part, cancellationToken).ConfigureAwait(false);
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
            var outcome = await TryAsync([], generation, smaller, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Writes rules and changes of elements in one transaction.</summary>
    internal async Task<NftOutcome> TryAsync(IEnumerable<string> rules, int generation, IReadOnlyCollection<NftChange> part, CancellationToken cancellationToken)
    {
        var isSure = false;
        try
        {
            var outcome = await nft.WriteAsync(rules.Concat(NftElementText.Lines(table, generation, part, time.Now())), part.Count, cancellationToken).ConfigureAwait(false);
            isSure = outcome.Fault != NftFault.Failed;
            if (outcome.Fault == NftFault.None)
            {
                state.Apply(part);
            }

            return outcome;
        }
        finally
        {
            if (!isSure)
            {
                state.Attempt(part);
            }
        }
    }
}

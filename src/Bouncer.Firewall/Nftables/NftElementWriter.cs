using Bouncer.Firewall.Backends;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

/// <summary>Writes changes of elements in parts that fit into nft's memory, and records what was done.</summary>
internal sealed class NftElementWriter(Nft nft, string table, int perStep, NftState state, TimeProvider time, ILogger<NftablesBackend> logger)
{
    /// <summary>The maximum number of elements that one step of a long list writes.</summary>
    internal const int MostPerStep = 10_000;

    /// <summary>The number of concurrent nft calls. nft spends most of a call parsing its script, and the kernel executes one
    /// transaction at a time, so a second script is parsed while the kernel executes the first.</summary>
    private const int SideBySide = 2;

    /// <summary>Enough for five bad elements in a full part.</summary>
    private const int Attempts = 150;

    /// <summary>Enough to find out whether nft or the kernel can handle smaller parts.</summary>
    private const int AttemptsWhenFailing = 16;

    private readonly int _perCall = (perStep + SideBySide - 1) / SideBySide;

    /// <exception cref="FirewallException">Not even one element of a part can be written, or nft fails for another reason.</exception>
    internal async Task WriteAsync(int generation, NftChange[] changes, CancellationToken cancellationToken)
    {
        foreach (var parts in Parts(changes).Chunk(SideBySide))
        {
            Task<NftOutcome>[] calls = [.. parts.Select(part => CallAsync([], generation, part, cancellationToken))];
            await Task.WhenAll(calls.AsEnumerable<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // The state is not thread-safe, and must contain the results of all calls before a failed one is handled.
            for (var at = 0; at < parts.Length; at++)
            {
                Note(calls[at], parts[at]);
            }

            for (var at = 0; at < parts.Length; at++)
            {
                await FinishAsync(generation, parts[at], await calls[at].ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Writes rules and changes of elements in one transaction.</summary>
    internal async Task<NftOutcome> TryAsync(IEnumerable<string> rules, int generation, IReadOnlyCollection<NftChange> part, CancellationToken cancellationToken)
    {
        var call = CallAsync(rules, generation, part, cancellationToken);
        await Task.WhenAny(call).ConfigureAwait(false);
        Note(call, part);
        return await call.ConfigureAwait(false);
    }

    private IEnumerable<ArraySegment<NftChange>> Parts(NftChange[] changes)
    {
        for (var from = 0; from < changes.Length; from += _perCall)
        {
            yield return new(changes, from, Math.Min(_perCall, changes.Length - from));
        }
    }

    private Task<NftOutcome> CallAsync(IEnumerable<string> rules, int generation, IReadOnlyCollection<NftChange> part, CancellationToken cancellationToken) =>
        nft.WriteAsync(rules.Concat(NftElementText.Lines(table, generation, part, time.Now())), part.Count, cancellationToken);

    /// <summary>Records what a completed call did or may have done.</summary>
    private void Note(Task<NftOutcome> call, IReadOnlyCollection<NftChange> part)
    {
        if (!call.IsCompletedSuccessfully || call.Result.Fault == NftFault.Failed)
        {
            state.Attempt(part);
        }
        else if (call.Result.Fault == NftFault.None)
        {
            state.Apply(part);
        }
    }

    private async Task FinishAsync(int generation, ArraySegment<NftChange> part, NftOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.Fault is NftFault.Refused or NftFault.Failed)
        {
            await WriteAllButRefusedAsync(generation, part, outcome, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            outcome.ThrowIfFault();
        }
    }

    private async Task WriteAllButRefusedAsync(int generation, ArraySegment<NftChange> part, NftOutcome first, CancellationToken cancellationToken)
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

        // Failed parts are tried again; refused ones would be refused again.
        if (refused.Count > 0 && (first.Fault == NftFault.Failed || (refused.Count == part.Count && part.Count > 1)))
        {
            throw first.ToException();
        }

        if (refused.Count > 0)
        {
            logger.RefusedByNft(refused.Count, first.Reason);
        }

        state.Refused.UnionWith(refused.Select(change => change.Element.Network));
    }
}

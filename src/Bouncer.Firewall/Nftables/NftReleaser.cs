using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Networks;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Nftables;

/// <summary>Removes networks that no longer have a decision from the lists that are older than the one being written. A failure
/// here does not stop other networks from being blocked or released; it is tried again with the next part.</summary>
internal sealed class NftReleaser(Nft nft, string table, int perCall, NftState state, ILogger<NftablesBackend> logger)
{
    /// <summary>The kernel's errors for this many elements fit into the buffer of nft's socket.</summary>
    private const int MostPerCall = 1_000;

    /// <summary>The maximum number of networks that are released before others are blocked.</summary>
    private const int MostPerStep = 10_000;

    /// <summary>The number of attempts for a part, each without the elements that did not exist: some end in between.</summary>
    private const int Tries = 3;

    /// <summary>Enough for a few bad elements in a part.</summary>
    private const int Attempts = 60;

    private string _last = "";
    private string? _reason;

    /// <summary>Releases <see cref="NftState.Unreleased"/>; networks that could not be released stay in it.</summary>
    internal async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        _reason = null;
        var lists = Math.Max(1, state.OldSets.Select(set => set.Generation).Distinct().Count());
        foreach (var part in state.Unreleased.Take(MostPerStep).ToArray().Chunk(Math.Max(1, Math.Min(perCall, MostPerCall) / lists)))
        {
            if (!await TryReleaseAsync(part, cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }

        if (_reason is not null)
        {
            logger.NotReleased(state.Unreleased.Count, _reason);
        }
    }

    /// <returns>False if none could be released, so that trying others is pointless.</returns>
    private async Task<bool> TryReleaseAsync(Prefix[] networks, CancellationToken cancellationToken)
    {
        try
        {
            var elements = networks.SelectMany(network => state.OldSets.Where(set => set == NftSet.Of(network, set.Generation)).Select(set => (set, network)));
            var left = await DeleteAsync([.. elements], cancellationToken).ConfigureAwait(false);
            state.Unreleased.ExceptWith(networks.Except(left));
            return left.Count < networks.Length;
        }
        catch (FirewallException failure)
        {
            _reason = failure.Message;
            return false;
        }
    }

    /// <returns>The networks that may still be there.</returns>
    private async Task<HashSet<Prefix>> DeleteAsync((NftSet Set, Prefix Network)[] elements, CancellationToken cancellationToken)
    {
        var left = await Bisection.RefusedAsync(elements, Attempts, part => TryDeleteAsync(part, cancellationToken)).ConfigureAwait(false);
        _reason = left.Count > 0 ? _last : _reason;
        return [.. left.Select(element => element.Network)];
    }

    /// <summary>Deletes the elements that exist: nft reports those that do not, and is called again without them.</summary>
    private async Task<bool> TryDeleteAsync(ArraySegment<(NftSet Set, Prefix Network)> elements, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < Tries && elements.Count > 0; tries++)
        {
            var outcome = await nft.WriteAsync(NftElementText.Delete(table, elements), elements.Count, cancellationToken).ConfigureAwait(false);
            if (outcome.Fault == NftFault.None || (outcome.Fault == NftFault.NotThere && elements.Count == 1))
            {
                return true;
            }

            _last = outcome.Reason;
            HashSet<int> notThere = [.. outcome.LinesNotThere];
            if (notThere.Count == 0)
            {
                return false;
            }

            elements = elements.Where((_, index) => !notThere.Contains(index + 1)).ToArray();
        }

        return elements.Count == 0;
    }
}

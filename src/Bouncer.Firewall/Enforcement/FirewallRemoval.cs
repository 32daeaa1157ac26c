using Bouncer.Firewall.Backends;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Enforcement;

/// <summary>Removes everything when the host stops. It ends before the host stops waiting, which by default is after 30 seconds. A
/// failure is logged, never thrown.</summary>
internal sealed class FirewallRemoval(FirewallEngine engine, IFirewallBackend backend, TimeProvider time, ILogger logger)
{
    /// <summary>Of each of the two attempts.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Removes everything. A failure is reported in the status and the log.</summary>
    /// <param name="cancellationToken">Cancelled when the host stops waiting.</param>
    internal async Task RemoveAsync(CancellationToken cancellationToken)
    {
        var failure = await TryAsync(cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            // A second attempt may succeed if nft was killed or another program interfered.
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            failure = cancellationToken.IsCancellationRequested ? failure : await TryAsync(cancellationToken).ConfigureAwait(false);
        }

        if (failure is not null)
        {
            engine.Failed(failure.Message, failure.Kind);
            logger.NotRemoved(backend.Name, failure.Message);
        }
    }

    /// <returns>Why it failed; null if it did not.</returns>
    private async Task<FirewallException?> TryAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(Limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await engine.RemoveAsync(both.Token).ConfigureAwait(false);
            return null;
        }
        catch (FirewallException failure)
        {
            return failure;
        }
        catch (OperationCanceledException failure) when (both.IsCancellationRequested)
        {
            return new(FirewallErrorKind.TimedOut, "It did not answer in time.", failure);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new(FirewallErrorKind.Failed, $"An error that was not expected: {failure.GetType().Name}.", failure);
        }
    }
}

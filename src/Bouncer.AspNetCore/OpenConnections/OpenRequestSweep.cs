using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>Checks every open request once and ends those whose client is banned. Not thread-safe.</summary>
internal sealed class OpenRequestSweep(
    OpenRequests requests, OpenClientEvaluator judge, HttpSettingsProvider settings, IBouncer bouncer, BouncerHttpMetrics metrics, ILogger<OpenRequestSweep> logger)
{
    private int _open;
    private int _ended;
    private int _failed;
    private Exception? _failure;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!settings.Current.EndsOpenConnections)
        {
            return;
        }

        (_open, _ended, _failed, _failure) = (0, 0, 0, null);

        // A request is entered by a plain write before a plain read of the generation. From here on either its write is seen, or
        // it sees the generation and requests another sweep: so no request pays for a memory barrier.
        Interlocked.MemoryBarrierProcessWide();
        await LookAsync(requests.Places, cancellationToken);
        if (_ended > 0)
        {
            logger.ConnectionsEnded(_ended, _open);
        }

        if (_failure is not null)
        {
            logger.ConnectionsNotJudged(_failure, _failed);
        }
    }

    private async Task LookAsync(ReadOnlyMemory<OpenRequest> places, CancellationToken cancellationToken)
    {
        for (var i = 0; i < places.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!await LookAsync(places.Span[i], cancellationToken))
            {
                return;
            }
        }
    }

    /// <returns>Whether to continue the sweep.</returns>
    private async ValueTask<bool> LookAsync(OpenRequest request, CancellationToken cancellationToken)
    {
        if (!request.TryRead(out var client, out var use))
        {
            return true;
        }

        _open++;
        try
        {
            var isBanned = await judge.IsBannedAsync(client, cancellationToken);
            if (isBanned == true && request.TryEnd(use) is { } kind)
            {
                _ended++;
                metrics.ConnectionEnded(Remediation.Ban.Name, kind);
            }

            // While LAPI cannot be reached, every other query would wait as long for the same answer.
            return isBanned is not null || bouncer.Status is not { Mode: BouncerMode.Live, ConsecutiveFailures: > 0 };
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            _failed++;
            _failure = failure;
            return true;
        }
    }
}

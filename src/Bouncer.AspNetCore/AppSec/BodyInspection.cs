namespace Bouncer.AspNetCore.AppSec;

/// <summary>Has AppSec inspect requests with a body, in turns. A call that AppSec does not answer in time, or whose client disconnects,
/// is not given up: AppSec goes on with the body, and only its answer tells when it is done.</summary>
internal sealed class BodyInspection(AppSecClient client, AppSecMonitor monitor, BodyTurns turns, TimeProvider time)
{
    /// <summary>The fault of a body for which AppSec did not answer in time.</summary>
    internal const string TooSlow = "too_slow";

    /// <summary>The fault of a body that was not sent because of others of the same client.</summary>
    internal const string NoTurn = "no_turn";

    /// <summary>How long AppSec is waited for. After that, what it is doing is not known.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Sends a description of a request with a body.</summary>
    /// <param name="message">The description. It is disposed of when AppSec has answered.</param>
    /// <param name="content">Its body.</param>
    /// <param name="settings">The settings in effect.</param>
    /// <param name="sender">The client.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <exception cref="OperationCanceledException">The client disconnected.</exception>
    internal async ValueTask<AppSecReply> SendAsync(
        HttpRequestMessage message, BodyContent content, AppSecSettings settings, ClientKey sender, CancellationToken aborted)
    {
        var options = settings.Options;
        if (await turns.TakeAsync(sender, options.MaxConcurrentBodiesPerClient, options.Timeout, aborted) is not { } turn)
        {
            return AppSecReply.Failed(NoTurn);
        }

        if (!monitor.TryEnter())
        {
            turn.End(options.Timeout);
            return AppSecReply.Failed(AppSecMonitor.Down);
        }

        var unsent = new CancellationTokenSource();
        var call = client.SendAsync(message, settings.Connection!, options.Timeout + Patience, unsent.Token).AsTask();
        await ((Task)call).WaitAsync(options.Timeout, time, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!call.IsCompleted && content.IsSent)
        {
            content.Follow();
            _ = FollowAsync(call, turn, settings, message, unsent);
            aborted.ThrowIfCancellationRequested();
            return AppSecReply.Failed(TooSlow);
        }

        await unsent.CancelAsync();
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        turn.End(options.Timeout);
        unsent.Dispose();
        message.Dispose();
        aborted.ThrowIfCancellationRequested();
        return call.IsCanceled ? AppSecReply.Failed(turns.IsSlow ? TooSlow : "timeout") : await call;
    }

    private async Task FollowAsync(Task<AppSecReply> call, BodyTurn turn, AppSecSettings settings, HttpRequestMessage message, CancellationTokenSource unsent)
    {
        using (message)
        using (unsent)
        {
            // Some time is left if the client disconnected.
            var timeout = settings.Options.Timeout;
            var left = timeout - time.GetElapsedTime(turn.StartedAt);
            await ((Task)call).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!call.IsCompleted)
            {
                turn.BecomeSlow();
            }

            await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            turn.End(timeout);
            if (call.IsCompletedSuccessfully)
            {
                monitor.Followed(call.Result, turn.StartedAt, settings.WhenUnavailable);
            }
        }
    }
}

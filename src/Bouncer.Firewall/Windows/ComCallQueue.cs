using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Windows;

/// <summary>Calls the firewall on threads of the pool, one work item at a time. Its interfaces have no deadline, so each step of
/// the work gets one: a slow machine can process all its rules, and a call that hangs is reported.</summary>
internal sealed class ComCallQueue(TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TimerTick = TimeSpan.FromMilliseconds(1);

    private Task _last = Task.CompletedTask;
    private long _lastStep;
    private CancellationToken _cancellation;

    internal Task RunAsync(Action work, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            work();
            return true;
        },
        cancellationToken);

    /// <param name="work">The calls. The token ends them only at a <see cref="Step"/>, so that it is known what was
    /// written.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="FirewallException">A call failed, or this or an earlier one has not returned.</exception>
    internal async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (!_last.IsCompleted)
        {
            throw TimedOut();
        }

        _cancellation = cancellationToken;
        Step();
        var running = Task.Run(() => Carry(work), CancellationToken.None);
        _last = running;
        for (var left = Deadline; left >= TimerTick; left = Deadline - time.GetElapsedTime(Interlocked.Read(ref _lastStep)))
        {
            try
            {
                return await running.WaitAsync(left, time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // A step in the meantime extends the time.
            }
        }

        throw TimedOut();
    }

    /// <summary>Called by the work between two rules.</summary>
    internal void Step()
    {
        _cancellation.ThrowIfCancellationRequested();
        Interlocked.Exchange(ref _lastStep, time.GetTimestamp());
    }

    private static T Carry<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The runtime uses different exception types for a dozen error numbers.
            throw HResults.ToFirewallException(error);
        }
    }

    private static FirewallException TimedOut() => new(
        FirewallErrorKind.TimedOut,
        $"Windows Firewall has not answered for {Deadline.TotalSeconds:F0} seconds: look at its services (BFE, MpsSvc) in the event log.");
}

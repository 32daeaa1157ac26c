using Bouncer.Firewall.Windows.Com;

namespace Bouncer.Firewall.Windows;

/// <summary>Calls the firewall on the pool's threads, one call at a time, each with a deadline: the interfaces know none.</summary>
internal sealed class StoreCalls(TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private Task _last = Task.CompletedTask;

    internal Task RunAsync(Action call, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            call();
            return true;
        },
        cancellationToken);

    /// <exception cref="FirewallException">The call failed, or it or the one before has not come back.</exception>
    internal async Task<T> RunAsync<T>(Func<T> call, CancellationToken cancellationToken)
    {
        if (!_last.IsCompleted)
        {
            throw TimedOut();
        }

        var running = Task.Run(() => Carry(call), cancellationToken);
        _last = running;
        try
        {
            // Not ended by the token: what is written is to be known.
            return await running.WaitAsync(Deadline, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw TimedOut();
        }
    }

    private static T Carry<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception error)
        {
            // The runtime has a type of its own for each of a dozen numbers.
            throw HResults.ToFirewallException(error);
        }
    }

    private static FirewallException TimedOut() => new(
        FirewallErrorKind.TimedOut,
        $"Windows Firewall has not answered for {Deadline.TotalSeconds:F0} seconds: look at its services (BFE, MpsSvc) in the event log.");
}

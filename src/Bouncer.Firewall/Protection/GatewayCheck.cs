using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Bouncer.Firewall.Protection;

/// <summary>Checks every 30 seconds whether the gateways are still those that were found, in case the kernel did not report a
/// change.</summary>
internal sealed class GatewayCheck : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>A router may have a million routes: a check takes at most a twentieth of the time.</summary>
    private const int Share = 20;

    private readonly Func<IEnumerable<IPAddress>> _find;
    private readonly Action _changed;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private volatile HashSet<IPAddress>? _found;

    /// <param name="find">Finds the gateways; may fail.</param>
    /// <param name="changed">Called, on any thread, when they differ from those that were found.</param>
    /// <param name="time">The clock.</param>
    internal GatewayCheck(Func<IEnumerable<IPAddress>> find, Action changed, TimeProvider time)
    {
        (_find, _changed, _time, _stopping) = (find, changed, time, _stop.Token);
        _ = Task.Run(CheckAsync);
    }

    /// <summary>Records the gateways that were found.</summary>
    internal void Found(IEnumerable<IPAddress> gateways) => _found = [.. gateways];

    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    private async Task CheckAsync()
    {
        var pause = Interval;
        while (true)
        {
            await Task.Delay(pause, _time, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            var begin = _time.Now();
            if (AreOthers())
            {
                _changed();
            }

            var busy = Share * (_time.Now() - begin);
            pause = busy > Interval ? busy : Interval;
        }
    }

    private bool AreOthers()
    {
        try
        {
            return _found is { } found && !found.SetEquals(_find());
        }
        catch (Exception failure) when (failure is SocketException or NetworkInformationException or IOException or UnauthorizedAccessException)
        {
            // The next full comparison reports it.
            return false;
        }
    }
}

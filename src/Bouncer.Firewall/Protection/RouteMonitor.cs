using System.Net.Sockets;
using Bouncer.Firewall.Netlink;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Protection;

/// <summary>Receives the Linux kernel's messages about changes of links, addresses and default routes; see rtnetlink(7). If
/// messages are lost, it is only known that something changed. A socket that breaks is replaced.</summary>
internal sealed class RouteMonitor : IDisposable
{
    private const int Buffer = 32 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Func<Socket> _open;
    private readonly Action _changed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;
    private bool _isDeaf;

    /// <param name="open">Opens the socket; may fail.</param>
    /// <param name="changed">Called, on any thread, when something may have changed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs that it cannot listen.</param>
    internal RouteMonitor(Func<Socket> open, Action changed, TimeProvider time, ILogger logger)
    {
        (_open, _changed, _time, _logger, _stopping) = (open, changed, time, logger, _stop.Token);

        // Opened immediately, so that no change after the next reading of the routes is missed.
        var socket = TryOpen();
        _ = Task.Run(() => ListenAsync(socket));
    }

    /// <summary>Opens a socket for all relevant changes.</summary>
    /// <exception cref="SocketException">The kernel does not open a socket.</exception>
    internal static Socket Open()
    {
        const int links = 1;
        const int ipv4Addresses = 5;
        const int ipv4Routes = 7;
        const int ipv6Addresses = 9;
        const int ipv6Routes = 11;
        const int nextHops = 32;

        try
        {
            return NetlinkSocket.Open(RouteSocket.Protocol, links, ipv4Addresses, ipv4Routes, ipv6Addresses, ipv6Routes, nextHops);
        }
        catch (SocketException)
        {
            // Linux before 5.3 has no next-hop objects.
            return NetlinkSocket.Open(RouteSocket.Protocol, links, ipv4Addresses, ipv4Routes, ipv6Addresses, ipv6Routes);
        }
    }

    public void Dispose()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    private Socket? TryOpen()
    {
        try
        {
            return _open();
        }
        catch (SocketException failure)
        {
            Missed(failure);
            return null;
        }
    }

    private async Task ListenAsync(Socket? socket)
    {
        while (!_stopping.IsCancellationRequested)
        {
            using (socket)
            {
                await HearAsync(socket).ConfigureAwait(false);
            }

            await Task.Delay(Pause, _time, _stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            socket = _stopping.IsCancellationRequested ? null : TryOpen();
            if (socket is not null)
            {
                // Changes made in the meantime were missed.
                _changed();
            }
        }
    }

    /// <summary>Returns when the socket breaks.</summary>
    private async Task HearAsync(Socket? socket)
    {
        var buffer = new byte[Buffer];
        while (socket is not null)
        {
            try
            {
                var length = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, _stopping).ConfigureAwait(false);
                Heard(buffer.AsSpan(0, length));
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
            {
                _changed();
            }
            catch (Exception failure) when (failure is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                Missed(failure);
                return;
            }
        }
    }

    private void Heard(ReadOnlySpan<byte> messages)
    {
        _isDeaf = false;
        var matters = false;
        for (NetlinkMessages told = new(messages); told.Next();)
        {
            matters |= Matters(told.Type, told.Body);
        }

        if (matters)
        {
            _changed();
        }
    }

    /// <summary>Only default routes matter; a router may change others constantly.</summary>
    private static bool Matters(int type, ReadOnlySpan<byte> body)
    {
        const int newRoute = 24;
        const int deleteRoute = 25;

        return type is not (newRoute or deleteRoute) || body is [_, 0, ..];
    }

    private void Missed(Exception failure)
    {
        if (!_isDeaf && !_stopping.IsCancellationRequested)
        {
            _isDeaf = true;
            _logger.RoutesNotHeard(failure.Message);
        }
    }
}

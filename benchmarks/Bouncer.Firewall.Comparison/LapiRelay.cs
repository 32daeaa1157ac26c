using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.TestUtils.Networks;

namespace Bouncer.Firewall.Comparison;

/// <summary>Stands between a bouncer and LAPI, which listens on its own loopback only, and notes when each answer had passed.</summary>
internal sealed class LapiRelay : IDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentQueue<Exchange> _exchanges = new();

    internal LapiRelay(NetworkNamespace network, Uri lapi)
    {
        _listener = network.Run(() =>
        {
            var listener = new TcpListener(PacketPath.ClientIPv4, 8080);
            listener.Start();
            return listener;
        });
        _ = AcceptAsync(network, new IPEndPoint(IPAddress.Loopback, lapi.Port));
    }

    internal Uri Url { get; } = new($"http://{PacketPath.ClientIPv4}:8080/");

    /// <summary>When the last byte of the first answer of a kind had passed; null if there was none yet.</summary>
    internal long? PulledAt(string query) => _exchanges.FirstOrDefault(exchange => exchange.Request.Contains(query, StringComparison.Ordinal))?.LastByte;

    /// <summary>The pulls that ended before a moment and carried more than nothing: the last of them.</summary>
    internal long? LastFullPullBefore(long moment) => _exchanges.LastOrDefault(exchange => exchange.Bytes > 1000 && exchange.LastByte <= moment)?.LastByte;

    /// <summary>Forgets the exchanges so far.</summary>
    internal void Clear() => _exchanges.Clear();

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(NetworkNamespace network, IPEndPoint lapi)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _ = RelayAsync(client, network.Run(() => new TcpClient(AddressFamily.InterNetwork)), lapi);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: nothing more is relayed.
        }
    }

    private async Task RelayAsync(TcpClient client, TcpClient server, IPEndPoint lapi)
    {
        using (client)
        using (server)
        {
            await server.ConnectAsync(lapi);
            var current = new Exchange("");
            var up = CopyAsync(client, server, bytes =>
            {
                // One request in flight at a time, and small: each begins a piece.
                current = new Exchange(Encoding.ASCII.GetString(bytes).Split('\n')[0]);
                _exchanges.Enqueue(current);
            });
            var down = CopyAsync(server, client, bytes => current.Passed(bytes.Length));
            await Task.WhenAny(up, down);
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to, Action<byte[]> note)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await from.GetStream().ReadAsync(buffer)) > 0;)
            {
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
                note(buffer[..read]);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One end is gone, and with it the connection.
        }
    }

    private sealed class Exchange(string request)
    {
        internal string Request { get; } = request;

        internal long Bytes { get; private set; }

        internal long LastByte { get; private set; }

        internal void Passed(int bytes) => (Bytes, LastByte) = (Bytes + bytes, Stopwatch.GetTimestamp());
    }
}

using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils;

/// <summary>A TCP relay on loopback that records what clients send through it.</summary>
public sealed class RecordingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly MemoryStream _sent = new();
    private readonly Uri _target;
    private readonly Task _accepting;

    /// <param name="target">The server to which it relays.</param>
    public RecordingRelay(Uri target)
    {
        _target = target;
        _listener.Start();
        Url = new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync(_stopping.Token);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>All bytes that clients have sent, of all connections.</summary>
    public byte[] Sent
    {
        get
        {
            lock (_sent)
            {
                return _sent.ToArray();
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(cancellationToken), cancellationToken));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var own = client;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(_target.Host, _target.Port, cancellationToken);
            var up = CopyAsync(client.GetStream(), server.GetStream(), _sent, cancellationToken);
            var down = CopyAsync(server.GetStream(), client.GetStream(), null, cancellationToken);
            await Task.WhenAny(up, down);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // One side has left.
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, MemoryStream? record, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (record is not null)
            {
                lock (record)
                {
                    record.Write(buffer, 0, read);
                }
            }

            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}

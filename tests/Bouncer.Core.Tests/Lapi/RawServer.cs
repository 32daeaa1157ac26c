using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bouncer.Tests.Lapi;

/// <summary>A server on a loopback port that writes bytes no well-behaved server would.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Func<Socket, CancellationToken, Task> _answer;
    private readonly Task _accepting;
    private int _connectionCount;

    internal RawServer(Func<Socket, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    internal Uri Url => new($"http://{_listener.LocalEndpoint}/");

    internal int ConnectionCount => Volatile.Read(ref _connectionCount);

    internal static Task SendAsync(Socket socket, string text, CancellationToken cancellationToken) =>
        SendAsync(socket, Encoding.UTF8.GetBytes(text), cancellationToken);

    internal static async Task SendAsync(Socket socket, byte[] bytes, CancellationToken cancellationToken) =>
        await socket.SendAsync(bytes, SocketFlags.None, cancellationToken);

    internal static Task HangAsync(CancellationToken cancellationToken) =>
        new TaskCompletionSource().Task.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connectionCount);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped, as asked.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var request = new byte[8192];
                await socket.ReceiveAsync(request, SocketFlags.None, _stop.Token);
                await _answer(socket, _stop.Token);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The client went away, which is what these tests are about, or the test is over.
            }
        }
    }
}

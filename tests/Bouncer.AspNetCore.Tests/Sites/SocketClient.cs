using System.Net.Sockets;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary>An HTTP client of a server on a Unix socket.</summary>
internal static class SocketClient
{
    internal static HttpClient Connect(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://localhost/"),
    };
}

using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils;

/// <summary>Ports on loopback, for programs that cannot be told to take any.</summary>
public static class FreePort
{
    // Below what Linux gives to outgoing connections and to sockets on port 0, so that neither takes one before it is used.
    private const int First = 20_000;
    private const int Count = 12_000;

    private static int _next = Random.Shared.Next(Count);

    /// <summary>A port that was free a moment ago, another one each time.</summary>
    public static int Take()
    {
        while (true)
        {
            var port = First + ((int)((uint)Interlocked.Increment(ref _next) % Count));
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The next one.
            }
        }
    }
}

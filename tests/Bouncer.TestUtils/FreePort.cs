using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils;

/// <summary>Ports on loopback, for programs that cannot be told to take any.</summary>
public static class FreePort
{
    /// <summary>A port that was free a moment ago.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>A TCP connection from the client to the server that was let through when it was opened.</summary>
public sealed class Established : IDisposable
{
    private readonly PacketProbe _probe;
    private readonly (Socket Client, Socket Server) _ends;

    /// <summary>Opens it.</summary>
    public Established(PacketProbe probe, string source) => (_probe, _ends) = (probe, probe.Establish(IPAddress.Parse(source)));

    /// <summary>Whether what the client sends now reaches the server.</summary>
    public bool Reaches() => _probe.Reaches(_ends);

    /// <inheritdoc />
    public void Dispose()
    {
        _ends.Client.Dispose();
        _ends.Server.Dispose();
    }
}

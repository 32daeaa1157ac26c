using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>Sees every packet that reaches a network's host: what its own input hook stops does not. Not thread-safe.</summary>
public sealed class PacketTap : IDisposable
{
    private readonly (Socket Socket, ProtocolType Protocol)[] _sockets;
    private readonly byte[] _buffer = new byte[ushort.MaxValue];

    /// <summary>Begins to look.</summary>
    public PacketTap(NetworkNamespace network) => _sockets = network.Run<(Socket, ProtocolType)[]>(() =>
    [
        Open(AddressFamily.InterNetwork, ProtocolType.Tcp), Open(AddressFamily.InterNetwork, ProtocolType.Udp), Open(AddressFamily.InterNetwork, ProtocolType.Icmp),
        Open(AddressFamily.InterNetworkV6, ProtocolType.Tcp), Open(AddressFamily.InterNetworkV6, ProtocolType.Udp), Open(AddressFamily.InterNetworkV6, ProtocolType.IcmpV6),
    ]);

    /// <summary>The packets that came since the last call.</summary>
    public IReadOnlyList<SeenPacket> Take()
    {
        List<SeenPacket> packets = [];
        foreach (var (socket, protocol) in _sockets)
        {
            while (socket.Available > 0)
            {
                EndPoint source = new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
                var length = socket.ReceiveFrom(_buffer, ref source);

                // The IP header comes with the packet only in IPv4.
                var header = socket.AddressFamily == AddressFamily.InterNetwork ? (_buffer[0] & 15) * 4 : 0;
                packets.Add(new(new IPAddress(((IPEndPoint)source).Address.GetAddressBytes()), protocol, _buffer[header..length]));
            }
        }

        return packets;
    }

    /// <inheritdoc />
    public void Dispose() => Array.ForEach(_sockets, tap => tap.Socket.Dispose());

    private static (Socket Socket, ProtocolType Protocol) Open(AddressFamily family, ProtocolType protocol)
    {
        var socket = new Socket(family, SocketType.Raw, protocol);
        socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0));
        return (socket, protocol);
    }
}

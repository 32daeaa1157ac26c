using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>
/// Sends real packets along a <see cref="PacketPath"/> and says which arrive. A packet that is known to be let through follows
/// the others and, as a link keeps the order, what did not arrive before it was dropped: nothing is ever waited for in vain.
/// Not thread-safe.
/// </summary>
public sealed class PacketProbe : IDisposable
{
    private const int Port = 7000;
    private const int Batch = 100; // More might not fit a socket's buffer.

    private readonly PacketPath _path;
    private readonly Socket _serverUdp;
    private readonly Socket _clientUdp;
    private readonly Socket _serverTcp;
    private int _token;

    private PacketProbe(PacketPath path)
    {
        _path = path;
        _serverUdp = path.Server.Run(ListenUdp);
        _clientUdp = path.Client.Run(ListenUdp);
        _serverTcp = path.Server.Run(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        _serverTcp.Bind(new IPEndPoint(IPAddress.IPv6Any, Port));
        _serverTcp.Listen();
    }

    /// <summary>Listens at both ends, and returns when the path carries packets both ways.</summary>
    public static async Task<PacketProbe> StartAsync(PacketPath path)
    {
        var probe = new PacketProbe(path);
        try
        {
            await Eventually.TrueAsync(probe.IsReady);
            probe._serverUdp.ReceiveTimeout = probe._clientUdp.ReceiveTimeout = (int)Eventually.DefaultDeadline.TotalMilliseconds;
            return probe;
        }
        catch
        {
            probe.Dispose();
            throw;
        }
    }

    /// <summary>Sends a datagram to the server from each source, and returns the sources of those that arrived.</summary>
    public IReadOnlySet<IPAddress> SendFrom(IEnumerable<IPAddress> sources) =>
        Send(sources, _path.Client, _serverUdp, (source, bytes) =>
        {
            using var socket = new Socket(source.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(source, 0));
            socket.SendTo(bytes, ServerFor(source));
        });

    /// <summary>Whether a datagram from a source arrives at the server.</summary>
    public bool ArrivesFrom(IPAddress source) => SendFrom([source]).Count == 1;

    /// <summary>Sends a datagram from the server to each address, and returns those that got theirs.</summary>
    public IReadOnlySet<IPAddress> SendTo(IEnumerable<IPAddress> addresses) =>
        Send(addresses, _path.Server, _clientUdp, (address, bytes) =>
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.SendTo(bytes, new IPEndPoint(address, Port));
            }
            catch (SocketException refusal) when (refusal.SocketErrorCode == SocketError.AccessDenied)
            {
                // The sender's own output hook drops with an error, and nothing arrives.
            }
        });

    /// <summary>Opens a TCP connection from a source to the server, and closes it.</summary>
    public ProbeResult ConnectFrom(IPAddress source)
    {
        var (error, isOpen) = (SocketError.Success, false);
        _path.Client.Run(() => LinuxThread.OnOneProcessor(() =>
        {
            using var socket = OpenTcp(source);
            socket.Blocking = false;
            Assert.Throws<SocketException>(() => socket.Connect(ServerFor(source)));
            using var known = OpenTcp(PacketPath.ClientIPv4);
            known.Connect(ServerFor(PacketPath.ClientIPv4));

            // Also tells what the kernel keeps to itself until it sends again: the answer came while the first was being sent.
            error = (SocketError)(int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            isOpen = socket.Poll(0, SelectMode.SelectWrite);
        }));
        while (_serverTcp.Poll(0, SelectMode.SelectRead))
        {
            _serverTcp.Accept().Dispose();
        }

        return error switch
        {
            SocketError.Success => isOpen ? ProbeResult.Arrived : ProbeResult.Dropped,
            SocketError.ConnectionRefused => ProbeResult.Reset,
            SocketError.HostUnreachable or SocketError.AccessDenied => ProbeResult.Prohibited,
            _ => throw new SocketException((int)error),
        };
    }

    /// <summary>Opens a TCP connection from a source that is let through, and returns both ends of it.</summary>
    internal (Socket Client, Socket Server) Establish(IPAddress source)
    {
        var client = _path.Client.Run(() => OpenTcp(source));
        client.Connect(ServerFor(source));
        return (client, _serverTcp.Accept());
    }

    /// <summary>Whether a byte sent into a connection of <see cref="Establish"/> gets through.</summary>
    internal bool Reaches((Socket Client, Socket Server) connection)
    {
        var before = connection.Server.Available;
        _path.Client.Run(() => LinuxThread.OnOneProcessor(() =>
        {
            connection.Client.Send([1]);
            using var known = OpenTcp(PacketPath.ClientIPv4);
            known.Connect(ServerFor(PacketPath.ClientIPv4));
        }));
        _serverTcp.Accept().Dispose();
        return connection.Server.Available > before;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _serverUdp.Dispose();
        _clientUdp.Dispose();
        _serverTcp.Dispose();
    }

    private static Socket ListenUdp()
    {
        var socket = new Socket(SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 100 };
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, Port));
        return socket;
    }

    // Closed with a reset, so that no port is kept.
    private static Socket OpenTcp(IPAddress source)
    {
        var socket = new Socket(source.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0), NoDelay = true };
        socket.Bind(new IPEndPoint(source, 0));
        return socket;
    }

    // A link that was just set up loses everything until the kernel has seen that it is up, and IPv6 for longer.
    private bool IsReady()
    {
        IPAddress[] known = [IPAddress.Parse("203.0.113.1"), IPAddress.Parse("2001:db8::1")];
        try
        {
            return SendFrom(known).Count == 2 && SendTo(known).Count == 2;
        }
        catch (SocketException loss) when (loss.SocketErrorCode == SocketError.TimedOut)
        {
            return false;
        }
    }

    private HashSet<IPAddress> Send(IEnumerable<IPAddress> addresses, NetworkNamespace from, Socket receiver, Action<IPAddress, byte[]> send)
    {
        HashSet<IPAddress> arrived = [];
        var bytes = new byte[sizeof(int)];
        foreach (var batch in addresses.Chunk(Batch))
        {
            IPAddress[] all = [.. batch, PacketPath.ClientIPv4];
            var first = _token;
            _token += all.Length;
            from.Run(() => LinuxThread.OnOneProcessor(() =>
            {
                for (var i = 0; i < all.Length; i++)
                {
                    BinaryPrimitives.WriteInt32BigEndian(bytes, first + i);
                    send(all[i], bytes);
                }
            }));
            var last = first + batch.Length;
            for (var token = Receive(receiver, bytes); token != last; token = Receive(receiver, bytes))
            {
                if (token >= first)
                {
                    arrived.Add(batch[token - first]);
                }
            }
        }

        return arrived;
    }

    private static int Receive(Socket receiver, byte[] bytes)
    {
        receiver.Receive(bytes);
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    private IPEndPoint ServerFor(IPAddress source) => new(_path.ServerFor(source), Port);
}

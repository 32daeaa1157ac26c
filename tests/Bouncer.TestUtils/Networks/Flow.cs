using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>
/// Packets of one connection between two hosts, sent one at a time, and what became of each: nothing is ever waited for in vain.
/// Not thread-safe.
/// </summary>
public sealed class Flow : IDisposable
{
    private readonly ProtocolType _protocol;
    private readonly (FlowHost Host, Socket Socket) _opener;
    private readonly FlowHost _acceptor;
    private readonly Socket _listener;
    private readonly IPEndPoint _from;
    private readonly IPEndPoint _to;
    private readonly IPEndPoint _dialled;
    private readonly IPAddress _seenAs;
    private Socket? _accepted;

    /// <summary>A connection that is not yet opened.</summary>
    /// <param name="protocol">TCP, UDP, or ICMP for both families' echoes.</param>
    /// <param name="opener">Who opens it.</param>
    /// <param name="from">The opener's address.</param>
    /// <param name="acceptor">Who is there to answer.</param>
    /// <param name="to">The acceptor's address. A port that is 0 at either end is any.</param>
    /// <param name="dialled">What the opener takes for the acceptor's address, if another.</param>
    /// <param name="seenAs">What the acceptor takes for the opener's address, if another.</param>
    public Flow(ProtocolType protocol, FlowHost opener, IPEndPoint from, FlowHost acceptor, IPEndPoint to, IPEndPoint? dialled = null, IPAddress? seenAs = null)
    {
        _protocol = protocol == ProtocolType.Icmp && from.AddressFamily == AddressFamily.InterNetworkV6 ? ProtocolType.IcmpV6 : protocol;
        _opener = (opener, Open(opener, from, IsEcho ? SocketType.Dgram : null));
        _acceptor = acceptor;
        _listener = protocol == ProtocolType.Tcp ? acceptor.ListenAt(to) : Open(acceptor, to, IsEcho ? SocketType.Raw : null);
        (_from, _to) = ((IPEndPoint)_opener.Socket.LocalEndPoint!, IsEcho ? to : (IPEndPoint)_listener.LocalEndPoint!);
        (_dialled, _seenAs) = (dialled ?? _to, seenAs ?? from.Address);
        if (protocol == ProtocolType.Tcp)
        {
            _opener.Socket.Blocking = false;
        }
        else
        {
            _opener.Socket.Connect(_dialled);
            _listener.Connect(new IPEndPoint(_seenAs, IsEcho ? 0 : _from.Port));
        }
    }

    /// <summary>What the opener's socket was told, since it was last asked.</summary>
    public SocketError OpenersError => (SocketError)(int)_opener.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;

    private bool IsEcho => _protocol is ProtocolType.Icmp or ProtocolType.IcmpV6;

    private bool IsIPv4 => _from.AddressFamily == AddressFamily.InterNetwork;

    /// <summary>Sends the opener's first packet, has it answered, and says what became of the packet; of the answer, if that did
    /// not arrive.</summary>
    public ProbeResult Open()
    {
        var request = Measure(byOpener: true, Request, packet => IsPacket(packet, byOpener: true));
        if (_protocol == ProtocolType.Tcp)
        {
            _accepted = _listener.Poll(0, SelectMode.SelectRead) ? _listener.Accept() : null;
            return request == ProbeResult.Arrived && _accepted is null ? ProbeResult.Dropped : request;
        }

        return request == ProbeResult.Arrived ? Answer() : request;
    }

    /// <summary>Sends another packet of the opener's.</summary>
    public ProbeResult Send() => Measure(
        byOpener: true,
        () => _opener.Socket.Send(IsEcho ? Echo(isReply: false) : [1]),
        packet => IsPacket(packet, byOpener: true));

    /// <summary>Sends another packet of the acceptor's.</summary>
    public ProbeResult Answer() => Measure(
        byOpener: false,
        () => (_accepted ?? _listener).Send(IsEcho ? Echo(isReply: true) : [1]),
        packet => IsPacket(packet, byOpener: false));

    /// <summary>Sends the opener an ICMP "port unreachable" from the acceptor.</summary>
    public ProbeResult Decline() => Complain(byOpener: false);

    /// <summary>Sends the acceptor an ICMP "port unreachable" from the opener.</summary>
    public ProbeResult Withdraw() => Complain(byOpener: true);

    /// <inheritdoc />
    public void Dispose()
    {
        _opener.Socket.Dispose();
        _accepted?.Dispose();
        if (_protocol != ProtocolType.Tcp)
        {
            _listener.Dispose();
        }
    }

    private ProbeResult Complain(bool byOpener)
    {
        var (author, about) = byOpener ? (_from, _to) : (_to, _from);
        Span<byte> header = stackalloc byte[8];
        header.Clear();
        if (IsEcho)
        {
            Echo(isReply: byOpener).CopyTo(header);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)about.Port);
            BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)author.Port);
        }

        var message = IcmpText.PortUnreachable(about.Address, author.Address, _protocol, header);
        using var socket = (byOpener ? _opener.Host : _acceptor).Network.Run(() => new Socket(author.AddressFamily, SocketType.Raw, IsIPv4 ? ProtocolType.Icmp : ProtocolType.IcmpV6));
        socket.Bind(new IPEndPoint(author.Address, 0));
        return Measure(
            byOpener,
            () => socket.SendTo(message, new IPEndPoint(about.Address, 0)),
            packet => packet.IsUnreachable && packet.Source.Equals(author.Address) && packet.QuotedPort == PortOf(!byOpener));
    }

    private ProbeResult Measure(bool byOpener, Action send, Func<SeenPacket, bool> isIt)
    {
        var (sender, receiver) = byOpener ? (_opener.Host, _acceptor) : (_acceptor, _opener.Host);
        sender.Tap.Take();
        receiver.Tap.Take();
        sender.Send(send);
        var told = sender.Tap.Take();
        return receiver.Tap.Take().Any(isIt) ? ProbeResult.Arrived
            : told.Any(packet => packet.IsReset && IsPacket(packet, !byOpener)) ? ProbeResult.Reset
            : told.Any(packet => packet.IsProhibition && packet.QuotedPort == PortOf(byOpener)) ? ProbeResult.Prohibited
            : ProbeResult.Dropped;
    }

    private void Request()
    {
        if (_protocol == ProtocolType.Tcp)
        {
            Assert.Throws<SocketException>(() => _opener.Socket.Connect(_dialled));
        }
        else
        {
            _opener.Socket.Send(IsEcho ? Echo(isReply: false) : [1]);
        }
    }

    /// <summary>Whether a packet that the other end sees is of this connection. A listener's port is that of others, too: the end
    /// of one may arrive late.</summary>
    private bool IsPacket(SeenPacket packet, bool byOpener) =>
        packet.Protocol == _protocol && packet.Source.Equals(byOpener ? _seenAs : _dialled.Address)
        && packet.Port == (byOpener || IsEcho ? _from.Port : _dialled.Port)
        && (IsEcho ? packet.Bytes[0] == Echo(isReply: !byOpener)[0] : packet.DestinationPort == (byOpener ? _to.Port : _from.Port));

    private int PortOf(bool byOpener) => byOpener || IsEcho ? _from.Port : _to.Port;

    private byte[] Echo(bool isReply) => IcmpText.Echo(IsIPv4, isReply, _from.Port);

    // TCP is closed with a reset, so that no port is kept.
    private Socket Open(FlowHost host, IPEndPoint address, SocketType? type)
    {
        var socket = host.Network.Run(() => new Socket(address.AddressFamily, type ?? (_protocol == ProtocolType.Tcp ? SocketType.Stream : SocketType.Dgram), _protocol));
        if (_protocol == ProtocolType.Tcp)
        {
            (socket.LingerState, socket.NoDelay) = (new(true, 0), true);
        }
        else if (_protocol == ProtocolType.Udp)
        {
            // As with listeners; who has it too is connected elsewhere.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        }

        socket.Bind(address);
        return socket;
    }
}

using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>One end of <see cref="Flow"/>s: what it sends is followed by an echo that is let through and answered.</summary>
public sealed class FlowHost : IDisposable
{
    private readonly Dictionary<IPEndPoint, Socket> _listeners = [];
    private readonly Socket _known;
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[64];

    /// <summary>An end that looks at what reaches it.</summary>
    /// <param name="network">Where it is.</param>
    /// <param name="known">An address of its own that nothing blocks.</param>
    /// <param name="other">The other end's.</param>
    public FlowHost(NetworkNamespace network, IPAddress known, IPAddress other)
    {
        var isIPv4 = known.AddressFamily == AddressFamily.InterNetwork;
        (Network, Tap, _request) = (network, new(network), IcmpText.Echo(isIPv4, isReply: false, 0));
        _known = network.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ping_group_range", "0 0");
            return new Socket(known.AddressFamily, SocketType.Dgram, isIPv4 ? ProtocolType.Icmp : ProtocolType.IcmpV6);
        });
        _known.ReceiveTimeout = (int)Eventually.DefaultDeadline.TotalMilliseconds;
        _known.Bind(new IPEndPoint(known, 0));
        _known.Connect(new IPEndPoint(other, 0));
    }

    /// <summary>Where it is.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>What reaches it.</summary>
    public PacketTap Tap { get; }

    /// <summary>Sends something, and returns when all that it brought about at both ends has happened.</summary>
    public void Send(Action send) => Network.Run(() => LinuxThread.OnOneProcessor(() =>
    {
        try
        {
            send();
        }
        catch (SocketException refusal) when (refusal.SocketErrorCode == SocketError.AccessDenied)
        {
            // The sender's own output hook stops with an error.
        }

        _known.Send(_request);
        _known.Receive(_answer);
    }));

    /// <summary>Listens for TCP at an address, once for all: a port is not free as soon as it is closed, for a program that is
    /// being started in another network may still have it.</summary>
    internal Socket ListenAt(IPEndPoint address)
    {
        if (!_listeners.TryGetValue(address, out var listener))
        {
            listener = Network.Run(() => new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { LingerState = new(true, 0), NoDelay = true });
            _listeners.Add(address, listener);
            listener.Bind(address);
            listener.Listen();
        }

        return listener;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var listener in _listeners.Values)
        {
            listener.Dispose();
        }

        Tap.Dispose();
        _known.Dispose();
    }
}

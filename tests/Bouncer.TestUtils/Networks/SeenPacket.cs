using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>A packet that reached a host.</summary>
/// <param name="Source">Where it says that it is from.</param>
/// <param name="Protocol">What it carries.</param>
/// <param name="Bytes">What it carries, from that header on.</param>
public sealed record SeenPacket(IPAddress Source, ProtocolType Protocol, byte[] Bytes)
{
    private const int IcmpHeader = 8;
    private const int ResetFlag = 4;

    /// <summary>Whether it ends a TCP connection at once.</summary>
    public bool IsReset => Protocol == ProtocolType.Tcp && (Bytes[13] & ResetFlag) != 0;

    /// <summary>Whether it says that something could not be delivered.</summary>
    public bool IsUnreachable => Protocol is ProtocolType.Icmp ? Bytes[0] == IcmpText.Unreachable : Protocol == ProtocolType.IcmpV6 && Bytes[0] == IcmpText.UnreachableIPv6;

    /// <summary>Whether it says that something was not delivered because that is prohibited.</summary>
    public bool IsProhibition => IsUnreachable && Bytes[1] == (Protocol == ProtocolType.Icmp ? IcmpText.Prohibited : IcmpText.ProhibitedIPv6);

    /// <summary>The sender's port; the type, code and number of an echo, by which it is told from others.</summary>
    public int Port => PortIn(Protocol, Bytes);

    /// <summary>The port that a TCP or UDP packet is for.</summary>
    public int DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(2));

    /// <summary>The port of the packet that an ICMP error is about.</summary>
    public int QuotedPort => Protocol == ProtocolType.Icmp
        ? PortIn((ProtocolType)Bytes[IcmpHeader + 9], Bytes.AsSpan(IcmpHeader + ((Bytes[IcmpHeader] & 15) * 4)))
        : PortIn((ProtocolType)Bytes[IcmpHeader + 6], Bytes.AsSpan(IcmpHeader + 40));

    private static int PortIn(ProtocolType protocol, ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadUInt16BigEndian(protocol is ProtocolType.Tcp or ProtocolType.Udp ? header : header[4..]);
}

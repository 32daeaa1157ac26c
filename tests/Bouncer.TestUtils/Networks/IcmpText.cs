using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Bouncer.TestUtils.Networks;

/// <summary>Messages of ICMP (RFC 792) and ICMPv6 (RFC 4443) that no kernel would send just now.</summary>
internal static class IcmpText
{
    internal const byte Unreachable = 3;
    internal const byte UnreachableIPv6 = 1;
    internal const byte Prohibited = 13;
    internal const byte ProhibitedIPv6 = 1;

    private const byte PortCode = 3;
    private const byte PortCodeIPv6 = 4;
    private const int QuotedHeader = 8;

    internal static byte[] Echo(bool isIPv4, bool isReply, int number)
    {
        var message = new byte[8];
        message[0] = (isIPv4, isReply) switch
        {
            (true, false) => 8,
            (true, true) => 0,
            (false, false) => 128,
            (false, true) => 129,
        };
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)number);
        return Sealed(message, isIPv4);
    }

    /// <summary>An ICMP "port unreachable" about a packet.</summary>
    /// <param name="from">The sender of the packet.</param>
    /// <param name="to">Where it was sent.</param>
    /// <param name="protocol">What it carried.</param>
    /// <param name="header">The first eight bytes of that.</param>
    internal static byte[] PortUnreachable(IPAddress from, IPAddress to, ProtocolType protocol, ReadOnlySpan<byte> header)
    {
        var isIPv4 = from.AddressFamily == AddressFamily.InterNetwork;
        byte[] start = isIPv4
            ? [Unreachable, PortCode, 0, 0, 0, 0, 0, 0, 0x45, 0, 0, 20 + QuotedHeader, 0, 0, 0, 0, 64, (byte)protocol, 0, 0]
            : [UnreachableIPv6, PortCodeIPv6, 0, 0, 0, 0, 0, 0, 0x60, 0, 0, 0, 0, QuotedHeader, (byte)protocol, 64];
        byte[] message = [.. start, .. from.GetAddressBytes(), .. to.GetAddressBytes(), .. header[..QuotedHeader]];
        if (isIPv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(18), Checksum(message.AsSpan(8, 20)));
        }

        return Sealed(message, isIPv4);
    }

    // The kernel fills in the checksum of ICMPv6.
    private static byte[] Sealed(byte[] message, bool isIPv4)
    {
        if (isIPv4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        }

        return message;
    }

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        return (ushort)~((sum & 0xffff) + (sum >> 16));
    }
}

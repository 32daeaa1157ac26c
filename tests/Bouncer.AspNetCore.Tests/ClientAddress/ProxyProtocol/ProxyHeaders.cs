using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

namespace Bouncer.AspNetCore.Tests.ClientAddress.ProxyProtocol;

/// <summary>PROXY protocol headers as proxies write them, and as they should not.</summary>
internal static class ProxyHeaders
{
    internal const byte Tcp4 = 0x11;
    internal const byte Tcp6 = 0x21;

    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>Lines that are no header of version 1.</summary>
    internal static readonly string[] BadLines =
    [
        "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "proxy TCP4 192.0.2.1 192.0.2.2 1 2\r\n", " PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY\r\n", "PROXY \r\n", "PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n", "PROXY TCP5 192.0.2.1 192.0.2.2 1 2\r\n", "PROXY tcp4 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP4\r\n", "PROXY TCP4 \r\n", "PROXY TCP4 192.0.2.1\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n", "PROXY TCP4  192.0.2.1 192.0.2.2 1 2\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2  1 2\r\n", "PROXY\tTCP4 192.0.2.1 192.0.2.2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\r\n", "PROXY TCP4 192.0.2.1\r192.0.2.2 1 2\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n\r\n",
        "PROXY TCP4 192.0.2.01 192.0.2.2 1 2\r\n", "PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n", "PROXY TCP4 192.0.2 192.0.2.2 1 2\r\n", "PROXY TCP4 3221225985 192.0.2.2 1 2\r\n",
        "PROXY TCP4 0xC0.0.2.1 192.0.2.2 1 2\r\n", "PROXY TCP4 192.0.2.1/32 192.0.2.2 1 2\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2/8 1 2\r\n", "PROXY TCP4 192.0.2.1:1 192.0.2.2 1 2\r\n",
        "PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n", "PROXY TCP4 ::ffff:192.0.2.1 192.0.2.2 1 2\r\n", "PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n", "PROXY TCP6 2001:db8::1 192.0.2.2 1 2\r\n",
        "PROXY TCP6 2001:db8::1%eth0 2001:db8::2 1 2\r\n", "PROXY TCP6 [2001:db8::1] 2001:db8::2 1 2\r\n", "PROXY TCP6 2001:db8::1::2 2001:db8::2 1 2\r\n", "PROXY TCP6 2001:db8:::1 2001:db8::2 1 2\r\n",
        "PROXY TCP6 12345::1 2001:db8::2 1 2\r\n", "PROXY TCP6 2001:db8::1/64 2001:db8::2 1 2\r\n", "PROXY TCP6 g::1 2001:db8::2 1 2\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 00\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 65536 2\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 99999999999\r\n",
        "PROXY TCP4 192.0.2.1 192.0.2.2 -1 2\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 1 x\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 0x1 2\r\n",
        "PROXY TCP4 0.0.0.0 192.0.2.2 1 2\r\n", "PROXY TCP4 0.1.2.3 192.0.2.2 1 2\r\n", "PROXY TCP6 :: 2001:db8::2 1 2\r\n", "PROXY TCP6 ::ffff:0.0.0.1 2001:db8::2 1 2\r\n",
        "PROXY UNKNOWNX\r\n", "PROXY UNKNOW\r\n", "PROXY unknown\r\n", "PROXY UNKNOWN a\rb\r\n", "PROXY UNKNOWN a\nb\r\n", "PROXY UNKNOWN " + new string('a', 92) + "\r\n",
        "PROXY TCP4 " + new string('1', 120), "\r\n\r\n\r\n", "\u00FF\u00FE", "\u0016\u0003\u0001\u0002",
    ];

    /// <summary>Blocks that are no header of version 2, each with what is wrong with it.</summary>
    internal static IEnumerable<(string Wrong, byte[] Bytes)> BadBlocks()
    {
        var good = V2(IPEndPoint.Parse("192.0.2.1:1"), IPEndPoint.Parse("192.0.2.2:2"));
        for (var at = 0; at < Signature.Length; at++)
        {
            yield return ($"signature at {at}", With(good, at, (byte)(good[at] ^ 1)));
        }

        foreach (var command in new byte[] { 0x01, 0x11, 0x31, 0xF1, 0x22, 0x2F })
        {
            yield return ($"command {command:x2}", With(good, 12, command));
        }

        foreach (var family in new byte[] { 0x13, 0x1F, 0x41, 0xF1, 0x03 })
        {
            yield return ($"family {family:x2}", With(good, 13, family));
        }

        yield return ("IPv4 too short", Block(0x21, Tcp4, new byte[11]));
        yield return ("IPv6 too short", Block(0x21, Tcp6, new byte[35]));
        yield return ("Unix too short", Block(0x21, 0x31, new byte[215]));
        yield return ("too long", Block(0x21, Tcp4, [.. good[16..], .. Field(0x04, new byte[4100])]));
        yield return ("too long by one byte", Block(0x20, 0, new byte[4081]));
        yield return ("source 0.0.0.0", V2(IPEndPoint.Parse("0.0.0.0:1"), IPEndPoint.Parse("192.0.2.2:2")));
        yield return ("source ::", V2(IPEndPoint.Parse("[::]:1"), IPEndPoint.Parse("[2001:db8::1]:2")));
        yield return ("field cut", Block(0x21, Tcp4, [.. good[16..], 0x04, 0x00]));
        yield return ("field too long", Block(0x21, Tcp4, [.. good[16..], 0x04, 0x00, 0x02, 0x00]));
        yield return ("checksum of 3", Block(0x21, Tcp4, [.. good[16..], .. Field(0x03, new byte[3])]));
        var summed = V2(IPEndPoint.Parse("192.0.2.1:1"), IPEndPoint.Parse("192.0.2.2:2"), withChecksum: true);
        yield return ("checksum wrong", With(summed, summed.Length - 1, (byte)(summed[^1] ^ 1)));
        yield return ("address changed", With(summed, 19, (byte)(summed[19] ^ 1)));
        yield return ("two checksums, the last one right", Summed(Block(0x21, Tcp4, [.. good[16..], .. Field(0x03, new byte[4]), .. Field(0x03, new byte[4])]), at: 38));
        yield return ("checksum of 5, right but for its length", Summed(Block(0x21, Tcp4, [.. good[16..], .. Field(0x03, new byte[5])]), at: 31));
    }

    internal static byte[] V1(string line) => Encoding.Latin1.GetBytes(line);

    internal static byte[] V1(IPEndPoint source, IPEndPoint destination) =>
        V1($"PROXY TCP{(source.AddressFamily == AddressFamily.InterNetwork ? 4 : 6)} {source.Address} {destination.Address} {source.Port} {destination.Port}\r\n");

    internal static byte[] V2(IPEndPoint source, IPEndPoint destination, bool withChecksum = false, params byte[] fields)
    {
        var ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(2), (ushort)destination.Port);
        var family = source.AddressFamily == AddressFamily.InterNetwork ? Tcp4 : Tcp6;
        byte[] addresses = [.. source.Address.GetAddressBytes(), .. destination.Address.GetAddressBytes(), .. ports, .. fields];
        return withChecksum ? Summed(Block(0x21, family, [.. addresses, .. Field(0x03, new byte[4])]), at: 16 + addresses.Length + 3) : Block(0x21, family, addresses);
    }

    internal static byte[] Block(byte command, byte family, byte[] rest)
    {
        byte[] block = [.. Signature, command, family, 0, 0, .. rest];
        BinaryPrimitives.WriteUInt16BigEndian(block.AsSpan(14), (ushort)rest.Length);
        return block;
    }

    internal static byte[] Field(byte type, byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    private static byte[] Summed(byte[] block, int at)
    {
        BinaryPrimitives.WriteUInt32BigEndian(block.AsSpan(at), ProxyHeaderFields.Crc32C(block, at));
        return block;
    }

    private static byte[] With(byte[] block, int at, byte value)
    {
        var changed = block.ToArray();
        changed[at] = value;
        return changed;
    }
}

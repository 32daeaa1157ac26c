using System.Buffers;
using System.Buffers.Binary;
using System.Net;

namespace Bouncer.AspNetCore.ClientAddress.ProxyProtocol;

/// <summary>Version 2: a binary block. Of the fields after the addresses only the checksum is read.</summary>
internal static class ProxyHeaderV2
{
    internal const byte FirstByte = (byte)'\r';

    /// <summary>The greatest length of a header that is read. The protocol allows 64 KiB; proxies send less than 1 KiB.</summary>
    internal const int Longest = 4096;

    private const int Fixed = 16;
    private const int Version = 0x2;
    private const int Local = 0x0;
    private const int Proxy = 0x1;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    internal static OperationStatus Read(ReadOnlySpan<byte> bytes, out ProxyHeader header, out int length)
    {
        (header, length) = (default, 0);
        var seen = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..seen].SequenceEqual(Signature[..seen])
            || (bytes.Length > 12 && !IsCommand(bytes[12]))
            || (bytes.Length > 13 && !IsFamily(bytes[12], bytes[13])))
        {
            return OperationStatus.InvalidData;
        }

        if (bytes.Length < Fixed)
        {
            return OperationStatus.NeedMoreData;
        }

        var whole = Fixed + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (whole > Longest || whole - Fixed < AddressesOf(bytes[12], bytes[13]))
        {
            return OperationStatus.InvalidData;
        }

        if (bytes.Length < whole)
        {
            return OperationStatus.NeedMoreData;
        }

        length = whole;
        return TryParse(bytes[..whole], out header) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    private static bool IsCommand(byte command) => command >> 4 == Version && (command & 0xF) is Local or Proxy;

    /// <summary>Whether family and protocol are known; those of a proxy's own connection are to be ignored.</summary>
    private static bool IsFamily(byte command, byte family) => (command & 0xF) == Local || (family >> 4 <= 3 && (family & 0xF) <= 2);

    /// <summary>The length of the addresses; 0 if there are none to rely on.</summary>
    private static int AddressesOf(byte command, byte family) => (command & 0xF) == Local || (family & 0xF) == 0 ? 0 : (family >> 4) switch
    {
        1 => 12,
        2 => 36,
        3 => 216,
        _ => 0,
    };

    private static bool TryParse(ReadOnlySpan<byte> bytes, out ProxyHeader header)
    {
        var (command, family) = (bytes[12], bytes[13]);
        header = new ProxyHeader((command & 0xF) == Local ? ProxyHeaderKind.Local : ProxyHeaderKind.Unnamed);
        var addresses = AddressesOf(command, family);
        if (addresses == 0)
        {
            return true;
        }

        if (!ProxyHeaderFields.AreSound(bytes, Fixed + addresses))
        {
            return false;
        }

        var size = family >> 4 == 1 ? 4 : 16;
        return family >> 4 == 3 || TryName(bytes[Fixed..], size, out header);
    }

    private static bool TryName(ReadOnlySpan<byte> block, int size, out ProxyHeader header)
    {
        var ports = block[(2 * size)..];
        return ProxyHeaderReader.TryName(
            ProxyHeaderReader.EndPointOf(new IPAddress(block[..size]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            ProxyHeaderReader.EndPointOf(new IPAddress(block[size..(2 * size)]), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])),
            out header);
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Bouncer.Net;

/// <summary>
/// The canonical form of an address: 128 bits, IPv4 as its IPv4-mapped IPv6 form (RFC 4291 2.5.5.2), no zone. Two
/// addresses that mean the same host on the wire have equal keys.
/// </summary>
internal readonly record struct IpKey(ulong High, ulong Low)
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>Whether this is an IPv4 address.</summary>
    internal bool IsIPv4 => High == 0 && Low >> 32 == 0xFFFF;

    /// <summary>The IPv4 address as a number; meaningful only if <see cref="IsIPv4"/>.</summary>
    internal uint IPv4 => (uint)Low;

    internal static IpKey FromIPv4(uint address) => new(0, MappedPrefix | address);

    internal static IpKey From(IPAddress address)
    {
        // A variable on the stack, unlike stackalloc, adds no guard to every method that this is inlined into.
        var number = UInt128.Zero;
        var bytes = MemoryMarshal.AsBytes(new Span<UInt128>(ref number));
        address.TryWriteBytes(bytes, out var written);
        return written == 4
            ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    /// <summary>One of the sixteen octets, 0 the most significant; an IPv4 address is octets 12 to 15.</summary>
    internal byte Octet(int index) => (byte)((index < 8 ? High : Low) >> (56 - (8 * (index & 7))));

    // Visitors choose their addresses, so the hash must be seeded and use all 128 bits. The default folds each half first, and the
    // owner of a /64 could choose addresses that all fold to the same number.
    public override int GetHashCode() =>
        HashCode.Combine((uint)(High >> 32), (uint)High, (uint)(Low >> 32), (uint)Low);

    internal IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, IPv4);
            return new IPAddress(bytes[..4]);
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return new IPAddress(bytes);
    }
}

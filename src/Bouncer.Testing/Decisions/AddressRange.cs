using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Bouncer.Testing.Decisions;

/// <summary>The first and last address of an address or CIDR text, as CrowdSec's Addr2Ints computes them.</summary>
internal readonly record struct AddressRange(bool IsIPv6, UInt128 First, UInt128 Last)
{
    public bool Contains(AddressRange other) => IsIPv6 == other.IsIPv6 && First <= other.First && Last >= other.Last;

    public static bool TryParse(string text, out AddressRange range)
    {
        range = default;
        var slash = text.IndexOf('/');
        if (!TryParseAddress(slash < 0 ? text : text[..slash], out var v6, out var address))
        {
            return false;
        }

        var bits = v6 ? 128 : 32;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return false;
        }

        var hosts = length == bits ? UInt128.Zero : (UInt128.One << (bits - length)) - 1;
        if (v6 && length == 0)
        {
            hosts = UInt128.MaxValue;
        }

        range = new AddressRange(v6, address & ~hosts, address | hosts);
        return true;
    }

    // Go's net.ParseIP: no leading zeros, no zone, no short forms, and IPv4-mapped IPv6 is IPv4.
    private static bool TryParseAddress(string text, out bool v6, out UInt128 value)
    {
        v6 = text.Contains(':', StringComparison.Ordinal);
        value = default;
        if (!v6)
        {
            return TryParseIPv4(text, out value);
        }

        if (text.AsSpan().ContainsAny('%', '[', ']') || !IPAddress.TryParse(text.AsSpan(), out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        if (address.IsIPv4MappedToIPv6)
        {
            v6 = false;
            value &= uint.MaxValue;
        }

        return true;
    }

    private static bool TryParseIPv4(string text, out UInt128 value)
    {
        value = default;
        var parts = text.Split('.');
        if (parts.Length != 4)
        {
            return false;
        }

        foreach (var part in parts)
        {
            var leadingZero = part.Length > 1 && part[0] == '0';
            if (leadingZero || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
            {
                return false;
            }

            value = (value << 8) | octet;
        }

        return true;
    }
}

using System.Buffers.Binary;
using System.Net;

namespace Bouncer.AspNetCore.Geo;

/// <summary>The countries or autonomous systems of networks: a binary tree over the bits of addresses. Immutable.</summary>
/// <param name="nodes">Two numbers for each node, for the bit 0 and the bit 1: another node or, as a complement, a value.</param>
/// <param name="values">The values; the first is null.</param>
/// <param name="ipv4">The tree of IPv4 addresses.</param>
/// <param name="ipv6">The tree of IPv6 addresses.</param>
internal sealed class GeoTable(int[] nodes, string?[] values, int ipv4, int ipv6)
{
    /// <summary>The value of an address; null if it has none. Does not allocate.</summary>
    internal string? Find(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? FindIPv4(bytes)
            : address.IsIPv4MappedToIPv6 ? FindIPv4(bytes[12..])
            : FindIPv6(bytes);
    }

    private string? FindIPv4(ReadOnlySpan<byte> address)
    {
        var node = ipv4;
        for (var bits = BinaryPrimitives.ReadUInt32BigEndian(address); node >= 0; bits <<= 1)
        {
            node = nodes[(2 * node) + (int)(bits >> 31)];
        }

        return values[~node];
    }

    private string? FindIPv6(ReadOnlySpan<byte> address)
    {
        var (bits, rest) = (BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]));
        var node = ipv6;
        for (; node >= 0; rest <<= 1)
        {
            node = nodes[(2 * node) + (int)(bits >> 63)];
            bits = (bits << 1) | (rest >> 63);
        }

        return values[~node];
    }
}

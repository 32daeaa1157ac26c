using System.Buffers.Binary;
using System.Net;

namespace Bouncer.AspNetCore;

/// <summary>Identifies one client: an IPv4 address, or the /64 of an IPv6 address, in which one visitor may use any address (RFC
/// 6177). An IPv4-mapped address counts as IPv4; a zone is ignored. Immutable; <see langword="default"/> is no client.</summary>
public readonly record struct ClientKey
{
    /// <summary>The length of what <see cref="TryWriteBytes"/> writes.</summary>
    public const int Length = 9;

    // The upper half of an IPv6 address, or an IPv4 address. The family distinguishes them; 0 is no client.
    private readonly ulong _bits;
    private readonly byte _family;

    private ClientKey(ulong bits, byte family)
    {
        _bits = bits;
        _family = family;
    }

    /// <summary>Whether there is no client, as on a Unix socket.</summary>
    public bool IsEmpty => _family == 0;

    /// <summary>The network that is limited as a whole: an IPv4 /24 or an IPv6 /48, regardless of the number of clients in
    /// it.</summary>
    internal ClientKey Network => new(_bits & ~(_family == 4 ? 0xFFUL : 0xFFFFUL), _family);

    /// <summary>Gets the key of an address; empty for null.</summary>
    /// <param name="address">The address.</param>
    public static ClientKey Of(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return length == 4 ? new(ReadUInt32(bytes), 4)
            : address.IsIPv4MappedToIPv6 ? new(ReadUInt32(bytes[12..]), 4)
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), 6);
    }

    /// <summary>Writes the key in its canonical form, for hashing and for tickets.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>False if there is not enough room.</returns>
    public bool TryWriteBytes(Span<byte> destination)
    {
        if (destination.Length < Length)
        {
            return false;
        }

        destination[0] = _family;
        BinaryPrimitives.WriteUInt64BigEndian(destination[1..], _bits);
        return true;
    }

    /// <summary>Reads a key that <see cref="TryWriteBytes"/> wrote.</summary>
    internal static ClientKey Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt64BigEndian(bytes[1..]), bytes[0]);

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Bouncer.Firewall.Networks;

/// <summary>A network without references, with host bits cleared; cheap to store and to compare.</summary>
/// <remarks>It has two halves and not one 128-bit number, because code for such numbers is not precompiled.</remarks>
/// <param name="High">The upper half of the first address; 0 for IPv4.</param>
/// <param name="Low">The lower half; an IPv4 address in its lower 32 bits.</param>
/// <param name="Length">The prefix length of the family, 0 to 32 or 0 to 128.</param>
/// <param name="IsIPv4">The family.</param>
internal readonly record struct Prefix(ulong High, ulong Low, byte Length, bool IsIPv4) : IComparable<Prefix>
{
    /// <summary>The maximum length of an address's text.</summary>
    internal const int LongestAddress = 46;

    /// <param name="address">The first address as a number.</param>
    /// <param name="length">The length.</param>
    /// <param name="isIPv4">The family.</param>
    internal Prefix(UInt128 address, byte length, bool isIPv4)
        : this((ulong)(address >> 64), (ulong)address, length, isIPv4)
    {
    }

    /// <summary>The first address as a number; an IPv4 address in the lowest 32 bits.</summary>
    internal UInt128 Address => new(High, Low);

    /// <summary>The last address.</summary>
    internal UInt128 Last => Address | HostBits(Length, IsIPv4);

    /// <summary>The number of bits of the family's addresses.</summary>
    internal int Width => IsIPv4 ? 32 : 128;

    /// <summary>Converts a canonical framework network; IPv4-mapped IPv6 must already be IPv4, as in
    /// <see cref="Decision.Network"/>.</summary>
    internal static Prefix From(IPNetwork network) => Of(network.BaseAddress, network.PrefixLength);

    /// <summary>The network of one address.</summary>
    internal static Prefix Host(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Of(plain, plain.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    /// <summary>Whether another network is entirely inside this one.</summary>
    internal bool Contains(Prefix other) =>
        other.IsIPv4 == IsIPv4 && other.Length >= Length && other.Address >= Address && other.Last <= Last;

    internal IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    internal IPNetwork ToIPNetwork() => new(ToIPAddress(), Length);

    /// <summary>Writes the first address.</summary>
    /// <param name="text">At least <see cref="LongestAddress"/> characters.</param>
    /// <returns>The number of characters written.</returns>
    internal int FormatAddress(Span<char> text)
    {
        if (!IsIPv4)
        {
            ToIPAddress().TryFormat(text, out var written);
            return written;
        }

        var length = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            ((byte)(Low >> shift)).TryFormat(text[length..], out var digits);
            length += digits;
            if (shift > 0)
            {
                text[length++] = '.';
            }
        }

        return length;
    }

    /// <summary>By family, address and length.</summary>
    public int CompareTo(Prefix other)
    {
        var byFamily = other.IsIPv4.CompareTo(IsIPv4);
        var byHigh = byFamily != 0 ? byFamily : High.CompareTo(other.High);
        var byAddress = byHigh != 0 ? byHigh : Low.CompareTo(other.Low);
        return byAddress != 0 ? byAddress : Length.CompareTo(other.Length);
    }

    /// <summary>The canonical text: an address, or <c>address/length</c>.</summary>
    public override string ToString() => Length == Width ? ToIPAddress().ToString() : $"{ToIPAddress()}/{Length}";

    private static Prefix Of(IPAddress address, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        if (written == 4)
        {
            return new(0, BinaryPrimitives.ReadUInt32BigEndian(bytes) & Mask(length + 32), (byte)length, true);
        }

        var (high, low) = (BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return new(high & Mask(Math.Min(length, 64)), low & Mask(Math.Max(length - 64, 0)), (byte)length, false);
    }

    /// <summary>A mask of the upper bits of 64.</summary>
    private static ulong Mask(int bits) => bits == 0 ? 0 : ulong.MaxValue << (64 - bits);

    private static UInt128 HostBits(int length, bool isIPv4)
    {
        var bits = (isIPv4 ? 32 : 128) - length;
        return bits == 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1;
    }
}

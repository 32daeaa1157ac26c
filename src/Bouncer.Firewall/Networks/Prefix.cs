using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Bouncer.Firewall.Networks;

/// <summary>A network without a reference, host bits cleared; half a million of them are cheap to hold and to compare.</summary>
/// <param name="Address">The first address as a number; an IPv4 address in the lowest 32 bits.</param>
/// <param name="Length">The length in the family's own terms, 0 to 32 or 0 to 128.</param>
/// <param name="IsIPv4">The family.</param>
internal readonly record struct Prefix(UInt128 Address, byte Length, bool IsIPv4) : IComparable<Prefix>
{
    /// <summary>The last address.</summary>
    internal UInt128 Last => Address | HostBits(Length, IsIPv4);

    /// <summary>The bits of an address of the family.</summary>
    internal int Width => IsIPv4 ? 32 : 128;

    /// <summary>The network that a canonical network of the framework's stands for; IPv4-mapped IPv6 must be IPv4 already, as
    /// it is in a <see cref="Decision.Network"/>.</summary>
    internal static Prefix From(IPNetwork network) => Of(network.BaseAddress, network.PrefixLength);

    /// <summary>The network of one address.</summary>
    internal static Prefix Host(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Of(plain, plain.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    /// <summary>Whether all of another network lies in this one.</summary>
    internal bool Contains(Prefix other) =>
        other.IsIPv4 == IsIPv4 && other.Length >= Length && other.Address >= Address && other.Last <= Last;

    internal IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPAddress(IsIPv4 ? bytes[12..] : bytes);
    }

    internal IPNetwork ToIPNetwork() => new(ToIPAddress(), Length);

    /// <summary>By family, address and length.</summary>
    public int CompareTo(Prefix other)
    {
        var byFamily = other.IsIPv4.CompareTo(IsIPv4);
        var byAddress = byFamily != 0 ? byFamily : Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : Length.CompareTo(other.Length);
    }

    /// <summary>The canonical text: an address, or <c>address/length</c>.</summary>
    public override string ToString() => Length == Width ? ToIPAddress().ToString() : $"{ToIPAddress()}/{Length}";

    private static Prefix Of(IPAddress address, int length)
    {
        var number = UInt128.Zero;
        var bytes = MemoryMarshal.AsBytes(new Span<UInt128>(ref number));
        address.TryWriteBytes(bytes, out var written);
        var isIPv4 = written == 4;
        var value = isIPv4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return new(value & ~HostBits(length, isIPv4), (byte)length, isIPv4);
    }

    private static UInt128 HostBits(int length, bool isIPv4)
    {
        var bits = (isIPv4 ? 32 : 128) - length;
        return bits == 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1;
    }
}

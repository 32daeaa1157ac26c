using System.Net;
using System.Net.Sockets;

namespace Bouncer.Net;

/// <summary>A network: an address with its host bits cleared and a length in the address family's own terms, 0 to 32 or
/// 0 to 128. <c>::ffff:a.b.c.d/n</c> with n ≥ 96 is the IPv4 network of length n − 96.</summary>
internal readonly record struct IpPrefix
{
    private IpPrefix(IpKey key, int length)
    {
        Key = key;
        Length = length;
    }

    internal IpKey Key { get; }

    internal int Length { get; }

    internal bool IsIPv4 => Key.IsIPv4;

    /// <summary>The length counted over all 128 bits of <see cref="Key"/>: 96 to 128 for IPv4, 0 to 128 for IPv6.</summary>
    internal int KeyBits => IsIPv4 ? Length + 96 : Length;

    /// <summary>Whether this is a single address.</summary>
    internal bool IsHost => Length == (IsIPv4 ? 32 : 128);

    /// <summary>Whether this is a large part of the internet: wider than an IPv4 /8 or an IPv6 /16, except local addresses
    /// (fc00::/7 and above).</summary>
    internal bool IsWide => IsIPv4 ? Length < 8 : Length < 16 && (Length < 7 || (Key.High >> 57) < 0x7E);

    /// <summary>The network of the given length around an address, in that address's family.</summary>
    internal static IpPrefix Of(IpKey key, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, key.IsIPv4 ? 32 : 128);
        var bits = key.IsIPv4 ? length + 96 : length;
        var high = bits >= 64 ? key.High : key.High & Mask(bits);
        var low = bits >= 64 ? key.Low & Mask(bits - 64) : 0;
        return new IpPrefix(new IpKey(high, low), length);
    }

    internal static IpPrefix Host(IpKey key) => new(key, key.IsIPv4 ? 32 : 128);

    /// <summary>Converts a framework network to canonical form; an IPv4-mapped one becomes IPv4 if possible.</summary>
    internal static IpPrefix From(IPNetwork network)
    {
        var key = IpKey.From(network.BaseAddress);
        var isMapped = key.IsIPv4 && network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;
        return Of(key, isMapped ? Math.Max(0, network.PrefixLength - 96) : network.PrefixLength);
    }

    internal bool Contains(IpKey address) => address.IsIPv4 == IsIPv4 && Of(address, Length).Key == Key;

    internal IPNetwork ToIPNetwork() => new(Key.ToIPAddress(), Length);

    private static ulong Mask(int bits) => bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bouncer.Net;

/// <summary> Parses addresses and networks as CrowdSec and configurations write them, strictly: IPv4 as four decimals without
/// leading zeros, IPv6 as in RFC 4291 2.2, no zone, brackets, port or blanks. Never throws, does not allocate, and reads no more of
/// a text than the longest address needs. </summary>
/// <remarks> A network is an address, optionally with <c>/n</c>; without it, the one host. Host bits are cleared.
/// <c>::ffff:a.b.c.d/n</c> is the IPv4 network of length n − 96. With n below 96 the text is refused. It starts with an IPv4
/// address but covers an IPv6 range without hosts, so it is a mistake, and to read it as all of IPv4 would affect every visitor.
/// CrowdSec does not match an IPv4 client with it either. </remarks>
internal static class IpParser
{
    internal static bool TryParseAddress(ReadOnlySpan<byte> utf8, out IpKey key) => Address(utf8, out key, out _);

    internal static bool TryParseAddress(ReadOnlySpan<char> text, out IpKey key) => Address(text, out key, out _);

    internal static bool TryParsePrefix(ReadOnlySpan<byte> utf8, out IpPrefix prefix) => Prefix(utf8, out prefix);

    internal static bool TryParsePrefix(ReadOnlySpan<char> text, out IpPrefix prefix) => Prefix(text, out prefix);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool Prefix<TChar>(ReadOnlySpan<TChar> text, out IpPrefix prefix)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        prefix = default;
        var slash = text[..Math.Min(text.Length, Ipv6Reader.MaxLength + 1)].IndexOf(TChar.CreateTruncating('/'));
        if (!Address(slash < 0 ? text : text[..slash], out var key, out var bits))
        {
            return false;
        }

        var length = bits;
        if (slash >= 0 && !Decimal(text[(slash + 1)..], bits, out length))
        {
            return false;
        }

        // A mapped address counts its length over 128 bits; the key's family counts over 32.
        var offset = key.IsIPv4 ? bits - 32 : 0;
        if (length < offset)
        {
            return false;
        }

        prefix = IpPrefix.Of(key, length - offset);
        return true;
    }

    /// <param name="text">The whole text.</param>
    /// <param name="key">The address.</param>
    /// <param name="bits">The number of bits of the family in which it is written: 128 for a mapped address, too.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Address<TChar>(ReadOnlySpan<TChar> text, out IpKey key, out int bits)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        if (DottedQuad(text, out var address))
        {
            key = IpKey.FromIPv4(address);
            bits = 32;
            return true;
        }

        bits = 128;
        return Ipv6Reader.TryRead(text, out key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool DottedQuad<TChar>(ReadOnlySpan<TChar> text, out uint address)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        address = 0;
        var (part, digits, dots) = (0u, 0, 0);
        foreach (var c in text)
        {
            var digit = uint.CreateTruncating(c) - '0';
            if (digit <= 9 && (digits == 0 || part != 0))
            {
                part = (part * 10) + digit;
                digits++;
                if (part > 255)
                {
                    return false;
                }
            }
            else if (c == TChar.CreateTruncating('.') && digits > 0 && dots < 3)
            {
                address = (address << 8) | part;
                (part, digits) = (0, 0);
                dots++;
            }
            else
            {
                return false;
            }
        }

        address = (address << 8) | part;
        return dots == 3 && digits > 0;
    }

    /// <summary>One to three ASCII digits, no leading zero, at most <paramref name="max"/>.</summary>
    private static bool Decimal<TChar>(ReadOnlySpan<TChar> text, int max, out int value)
        where TChar : unmanaged, IBinaryInteger<TChar>
    {
        value = 0;
        if (text.Length is 0 or > 3 || (text.Length > 1 && text[0] == TChar.CreateTruncating('0')))
        {
            return false;
        }

        foreach (var c in text)
        {
            var digit = uint.CreateTruncating(c) - '0';
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        return value <= max;
    }
}

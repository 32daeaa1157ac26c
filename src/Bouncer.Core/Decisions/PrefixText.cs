using System.Buffers.Text;
using System.Text;
using Bouncer.Net;

namespace Bouncer.Decisions;

/// <summary>The usual text of a decision on an address: the address alone for a host of the scope <c>Ip</c>, otherwise with the
/// length. A decision with this text need not store it.</summary>
internal static class PrefixText
{
    /// <summary>The longest text, in characters or bytes.</summary>
    private const int MaxLength = 64;

    internal static string Of(IpPrefix prefix, DecisionScope scope)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(text[..Write(prefix, scope, text)]);
    }

    /// <summary>Whether a text that <see cref="IpParser"/> parsed as this network equals the one that <see cref="Of"/>
    /// returns.</summary>
    internal static bool Is(ReadOnlySpan<byte> utf8, IpPrefix prefix, DecisionScope scope)
    {
        // Fast path for nearly all decisions: the parser accepts only one spelling of an IPv4 address.
        if (prefix.IsIPv4 && prefix.IsHost && scope == DecisionScope.Ip)
        {
            return !utf8.ContainsAny((byte)'/', (byte)':');
        }

        Span<byte> text = stackalloc byte[MaxLength];
        return utf8.SequenceEqual(text[..Write(prefix, scope, text)]);
    }

    private static int Write(IpPrefix prefix, DecisionScope scope, Span<byte> text)
    {
        var written = prefix.IsIPv4 ? WriteIPv4(prefix.Key.IPv4, text) : WriteIPv6(prefix.Key, text);
        if (prefix.IsHost && scope == DecisionScope.Ip)
        {
            return written;
        }

        text[written++] = (byte)'/';
        return written + WriteNumber((uint)prefix.Length, text[written..]);
    }

    private static int WriteIPv4(uint address, Span<byte> text)
    {
        var written = WriteNumber(address >> 24, text);
        for (var shift = 16; shift >= 0; shift -= 8)
        {
            text[written++] = (byte)'.';
            written += WriteNumber((address >> shift) & 0xFF, text[written..]);
        }

        return written;
    }

    private static int WriteIPv6(IpKey address, Span<byte> text)
    {
        address.ToIPAddress().TryFormat(text, out var written);
        return written;
    }

    private static int WriteNumber(uint number, Span<byte> text)
    {
        Utf8Formatter.TryFormat(number, text, out var written);
        return written;
    }
}

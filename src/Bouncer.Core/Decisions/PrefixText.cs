using System.Buffers.Text;
using System.Text;
using Bouncer.Net;

namespace Bouncer.Decisions;

/// <summary>The text that a decision on an address mostly has: an address alone for a host of the scope <c>Ip</c>, else with
/// the length. A decision with this text need not keep it.</summary>
internal static class PrefixText
{
    /// <summary>The longest text, in characters or bytes.</summary>
    private const int MaxLength = 64;

    internal static string Of(IpPrefix prefix, DecisionScope scope)
    {
        Span<byte> text = stackalloc byte[MaxLength];
        return Encoding.ASCII.GetString(text[..Write(prefix, scope, text)]);
    }

    /// <summary>Whether a text, which <see cref="IpParser"/> read as this network, is just the one that <see cref="Of"/>
    /// would give.</summary>
    internal static bool Is(ReadOnlySpan<byte> utf8, IpPrefix prefix, DecisionScope scope)
    {
        // Nearly all are these, and the parser knows only one way to write four decimals.
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

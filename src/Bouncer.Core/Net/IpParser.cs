using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bouncer.Net;

/// <summary>Reads addresses and networks as CrowdSec and configurations write them, strictly.</summary>
internal static class IpParser
{
    private static readonly System.Buffers.SearchValues<char> s_allowed = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF:.");

    internal static bool TryParseAddress(ReadOnlySpan<byte> utf8, out IpKey key)
    {
        Span<char> text = stackalloc char[256];
        return TryParseAddress(text[..Encoding.Latin1.GetChars(utf8, text)], out key);
    }

    internal static bool TryParsePrefix(ReadOnlySpan<byte> utf8, out IpPrefix prefix)
    {
        Span<char> text = stackalloc char[256];
        return TryParsePrefix(text[..Encoding.Latin1.GetChars(utf8, text)], out prefix);
    }

    internal static bool TryParseAddress(ReadOnlySpan<char> text, out IpKey key)
    {
        key = default;
        Span<byte> octets = stackalloc byte[4];
        if (TryV4(text, octets))
        {
            key = IpKey.FromIPv4(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(octets));
            return true;
        }

        if (text.ContainsAnyExcept(s_allowed) || !IPAddress.TryParse(text, out var address))
        {
            return false;
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return false;
        }

        key = IpKey.From(address);
        return true;
    }

    private static bool TryV4(ReadOnlySpan<char> text, Span<byte> octets)
    {
        var i = 0;
        foreach (var part in text.Split('.'))
        {
            var p = text[part];
            if (i == 4 || p.Length is 0 or > 3 || (p.Length > 1 && p[0] == '0') || !byte.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out octets[i++]))
            {
                return false;
            }
        }

        return i == 4;
    }

    internal static bool TryParsePrefix(ReadOnlySpan<char> text, out IpPrefix prefix)
    {
        prefix = default;
        var slash = text.IndexOf('/');
        if (!TryParseAddress(slash < 0 ? text : text[..slash], out var key))
        {
            return false;
        }

        if (slash < 0)
        {
            prefix = IpPrefix.Host(key);
            return true;
        }

        var digits = text[(slash + 1)..];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || (digits.Length > 1 && digits[0] == '0'))
        {
            return false;
        }

        length -= key.IsIPv4 && text.Contains(':') ? 96 : 0;
        if (length < 0 || length > (key.IsIPv4 ? 32 : 128))
        {
            return false;
        }

        prefix = IpPrefix.Of(key, length);
        return true;
    }
}

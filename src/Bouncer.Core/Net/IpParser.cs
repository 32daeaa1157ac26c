using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bouncer.Net;

/// <summary>Reads addresses and networks as CrowdSec and configurations write them, strictly.</summary>
internal static class IpParser
{
    private static readonly System.Buffers.SearchValues<char> s_allowed = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF:.");

    internal static bool TryParseAddress(ReadOnlySpan<byte> utf8, out IpKey key) => TryParseAddress(Encoding.Latin1.GetString(utf8), out key);

    internal static bool TryParsePrefix(ReadOnlySpan<byte> utf8, out IpPrefix prefix) => TryParsePrefix(Encoding.Latin1.GetString(utf8), out prefix);

    internal static bool TryParseAddress(ReadOnlySpan<char> text, out IpKey key)
    {
        key = default;
        if (text.ContainsAnyExcept(s_allowed) || !IPAddress.TryParse(text, out var address))
        {
            return false;
        }

        if (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != text.ToString())
        {
            return false;
        }

        key = IpKey.From(address);
        return true;
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

using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.ClientAddress;

/// <summary>Validates entries of X-Forwarded-Proto, -Host and -Prefix.</summary>
internal static class ForwardedNames
{
    private const int LongestScheme = 16;
    private const int LongestHost = 262;

    internal static bool IsScheme(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > LongestScheme || !char.IsAsciiLetter(text[0]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="text">A name or an address, with or without a port.</param>
    /// <param name="allowed">The names that may be applied, with <c>*.</c> for all subdomains; null for all.</param>
    internal static bool IsHost(ReadOnlySpan<char> text, IList<StringSegment>? allowed)
    {
        if (text.Length is 0 or > LongestHost)
        {
            return false;
        }

        var end = text[0] == '[' ? text.IndexOf(']') + 1 : text.IndexOf(':') is var colon and >= 0 ? colon : text.Length;
        return end > 0 && IsName(text[..end]) && IsPort(text[end..]) && IsReadable(text[..end]) && (allowed is null || HostString.MatchesAny(text.ToString(), allowed));
    }

    internal static bool IsPrefix(ReadOnlySpan<char> text) => text is ['/', ..] and not ['/', '/' or '\\', ..];

    private static bool IsName(ReadOnlySpan<char> name)
    {
        if (name[0] == '[')
        {
            return ForwardedAddress.TryParse(name, out _, out _);
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_' or '~'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a name that is marked as internationalised is a valid one.</summary>
    private static bool IsReadable(ReadOnlySpan<char> name)
    {
        try
        {
            return !name.Contains("xn--", StringComparison.OrdinalIgnoreCase) || HostString.FromUriComponent(name.ToString()).HasValue;
        }
        catch (ArgumentException)
        {
            // The conversion reports an invalid name by this exception.
            return false;
        }
    }

    private static bool IsPort(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        return text.Length is > 1 and <= 6 && int.TryParse(text[1..], System.Globalization.NumberStyles.None, null, out var port) && port <= IPEndPoint.MaxPort;
    }
}

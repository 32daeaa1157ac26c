using System.Buffers;

namespace Bouncer.Testing.AppSec;

/// <summary>Whether Go's <c>url.Parse</c>, of version 1.26, takes a text. AppSec answers 500 when it does not.</summary>
internal static class GoUrl
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";

    private static readonly SearchValues<char> s_scheme = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");
    private static readonly SearchValues<char> s_user = SearchValues.Create(Unreserved + "!$&'()*+,;=:%@");
    private static readonly SearchValues<char> s_host = SearchValues.Create(Unreserved + "!$&'()*+,;=:[]<>\"%");
    private static readonly SearchValues<char> s_ipv6 = SearchValues.Create("0123456789ABCDEFabcdef:.");

    public static bool IsValid(string text)
    {
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var rest = hash < 0 ? text : text[..hash];
        if ((hash >= 0 && !HasGoodEscapes(text.AsSpan(hash + 1))) || rest.Any(c => char.IsAscii(c) && char.IsControl(c)))
        {
            return false;
        }

        var (hasScheme, afterScheme) = CutScheme(rest);
        if (afterScheme is null)
        {
            return false;
        }

        // The query is not looked at.
        rest = afterScheme.Split('?', 2)[0];
        if (!rest.StartsWith('/'))
        {
            return hasScheme || (!rest.Split('/', 2)[0].Contains(':', StringComparison.Ordinal) && HasGoodEscapes(rest));
        }

        if (!rest.StartsWith("//", StringComparison.Ordinal) || (!hasScheme && rest.StartsWith("///", StringComparison.Ordinal)))
        {
            return HasGoodEscapes(rest);
        }

        var slash = rest.IndexOf('/', 2);
        var authority = slash < 0 ? rest[2..] : rest[2..slash];
        return IsAuthority(authority) && (slash < 0 || HasGoodEscapes(rest.AsSpan(slash)));
    }

    // A colon at the very start is an error, one after anything that is no scheme belongs to the path.
    private static (bool HasScheme, string? After) CutScheme(string text)
    {
        var end = text.AsSpan().IndexOfAnyExcept(s_scheme);
        if (end < 0 || text[end] != ':')
        {
            return (false, text);
        }

        if (end == 0)
        {
            return (false, null);
        }

        return char.IsAsciiLetter(text[0]) ? (true, text[(end + 1)..]) : (false, text);
    }

    private static bool IsAuthority(string authority)
    {
        var at = authority.LastIndexOf('@');
        if (at < 0)
        {
            return IsHost(authority);
        }

        var user = authority.AsSpan(0, at);
        return !user.ContainsAnyExcept(s_user) && HasGoodEscapes(user) && IsHost(authority[(at + 1)..]);
    }

    private static bool IsHost(string host)
    {
        if (!host.Contains('[', StringComparison.Ordinal))
        {
            var colon = host.IndexOf(':', StringComparison.Ordinal);
            return (colon < 0 || IsPort(host[colon..])) && IsHostName(host);
        }

        var end = host.LastIndexOf(']');
        return host.LastIndexOf('[') == 0 && end > 0 && IsPort(host[(end + 1)..]) && IsIPv6(host[1..end]);
    }

    // %25 is the escaped percent sign before a zone.
    private static bool IsIPv6(string text)
    {
        var zone = text.IndexOf("%25", StringComparison.Ordinal);
        var address = zone < 0 ? text : text[..zone];
        return HasGoodEscapes(text)
            && zone != text.Length - "%25".Length
            && !address.AsSpan().ContainsAnyExcept(s_ipv6)
            && Uri.CheckHostName(address) == UriHostNameType.IPv6;
    }

    private static bool IsPort(string text) => text.Length == 0 || (text[0] == ':' && !text.AsSpan(1).ContainsAnyExceptInRange('0', '9'));

    // Of ASCII characters a host may escape the percent sign only.
    private static bool IsHostName(string host)
    {
        if (!HasGoodEscapes(host) || host.Any(c => char.IsAscii(c) && !s_host.Contains(c)))
        {
            return false;
        }

        for (var i = host.IndexOf('%', StringComparison.Ordinal); i >= 0; i = host.IndexOf('%', i + 1))
        {
            if (host[i + 1] < '8' && host.AsSpan(i + 1, 2) is not "25")
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasGoodEscapes(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOf('%'); i >= 0; i = text.IndexOf('%'))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return false;
            }

            text = text[(i + 3)..];
        }

        return true;
    }
}

using System.Text;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Writes a request target for AppSec, which answers 500 to one that Go's <c>url.Parse</c> rejects: a client that could cause
/// that would choose what happens when AppSec fails. What Go rejects is written in the nearest form that it accepts.</summary>
internal static class AppSecTarget
{
    private const string Hex = "0123456789ABCDEF";

    /// <param name="target">The target as the client sent it, in any form of RFC 9112 3.2.</param>
    internal static string Of(string target)
    {
        var origin = OriginForm(target);
        return origin == "*" || IsAccepted(origin) ? origin : Rewrite(origin);
    }

    /// <summary>The path and query. An absolute URL loses its authority, which the Host header names.</summary>
    private static string OriginForm(string target)
    {
        if (target.Length == 0)
        {
            return "/";
        }

        if (target[0] == '/' || target == "*")
        {
            return target;
        }

        var authority = target.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : target.AsSpan(authority + 3).IndexOfAny('/', '?', '#');
        return authority < 0 ? "/" + target
            : path < 0 ? "/"
            : target[authority + 3 + path] == '/' ? target[(authority + 3 + path)..]
            : "/" + target[(authority + 3 + path)..];
    }

    private static bool IsAccepted(string target)
    {
        if (target.StartsWith("//", StringComparison.Ordinal))
        {
            return false;
        }

        var path = PathLength(target);
        for (var i = 0; i < target.Length; i++)
        {
            if (IsForbidden(target[i]) || (i < path && target[i] == '%' && !IsEscape(target, i)))
            {
                return false;
            }
        }

        return true;
    }

    private static string Rewrite(string target)
    {
        var text = new StringBuilder(target.Length + 16);
        var path = PathLength(target);
        for (var i = SlashesTooMany(target); i < target.Length; i++)
        {
            if (i < path && target[i] == '%' && !IsEscape(target, i))
            {
                text.Append("%25");
            }
            else if (!IsForbidden(target[i]))
            {
                text.Append(target[i]);
            }
            else
            {
                i += AppendEscaped(text, target.AsSpan(i)) - 1;
            }
        }

        return text.ToString();
    }

    /// <summary>Go does not check the escapes of a query, and a rule may search for invalid ones.</summary>
    private static int PathLength(string target) => target.IndexOf('?') is var query and >= 0 ? query : target.Length;

    /// <summary>Go reads what follows two slashes as a host. After three it does not.</summary>
    private static int SlashesTooMany(string target) =>
        target.StartsWith("//", StringComparison.Ordinal) && !target.StartsWith("///", StringComparison.Ordinal) ? 1 : 0;

    private static int AppendEscaped(StringBuilder text, ReadOnlySpan<char> rest)
    {
        Rune.DecodeFromUtf16(rest, out var rune, out var length);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
        {
            text.Append('%').Append(Hex[octet >> 4]).Append(Hex[octet & 15]);
        }

        return length;
    }

    private static bool IsForbidden(char character) => character is <= ' ' or '#' or >= '\u007f';

    private static bool IsEscape(string text, int index) =>
        index + 2 < text.Length && char.IsAsciiHexDigit(text[index + 1]) && char.IsAsciiHexDigit(text[index + 2]);
}

using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Whether a body's text has the form in which AppSec searches it: AppSec decodes neither a character set nor a compression,
/// so that it finds nothing in UTF-16, which ASP.NET Core and many other servers decode.</summary>
internal static class BodyText
{
    private const string Charset = "charset";

    /// <summary>Character sets in which each ASCII character is the one byte that it is in ASCII, and nothing else is.</summary>
    private static readonly string[] AsciiCompatible = ["utf-8", "utf8", "us-ascii", "ascii", "latin1"];

    private static readonly string[] AsciiCompatibleFamilies = ["iso-8859-", "windows-125"];

    /// <summary>Whether the headers declare a form that AppSec can read.</summary>
    internal static bool IsDeclaredReadable(IHeaderDictionary headers) =>
        IsReadableType(headers.ContentType) && IsUncompressed(headers.ContentEncoding);

    /// <summary>Whether AppSec can read the part of a body that is held.</summary>
    /// <param name="contentType">The body's type.</param>
    /// <param name="body">The part of the body.</param>
    internal static async ValueTask<bool> IsReadableAsync(string? contentType, ReadOnlySequence<byte> body)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            return !HasMark(body);
        }

        return type.Type.Equals("multipart", StringComparison.OrdinalIgnoreCase)
            ? await MultipartText.IsReadableAsync(type, body)
            : !IsText(type) || BeginsReadable(body);
    }

    /// <summary>Whether all character sets that a content type names are read by AppSec, however often it names one.</summary>
    internal static bool IsReadableType(string? contentType)
    {
        var rest = contentType.AsSpan();
        while (rest.IndexOf(Charset, StringComparison.OrdinalIgnoreCase) is var at and >= 0)
        {
            rest = rest[(at + Charset.Length)..].TrimStart();
            if (rest is ['=', ..])
            {
                rest = rest[1..].TrimStart();
                var end = rest.IndexOfAny(';', ',');
                if (!IsReadableCharset((end < 0 ? rest : rest[..end]).Trim().Trim('"')))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Whether text begins neither with the mark of UTF-16 or UTF-32 nor with a character in one of them.</summary>
    internal static bool BeginsReadable(ReadOnlySequence<byte> text) =>
        !HasMark(text) && text.Slice(0, Math.Min(4, text.Length)).PositionOf((byte)0) is null;

    /// <summary>That of big-endian UTF-32 begins with a zero.</summary>
    private static bool HasMark(ReadOnlySequence<byte> body)
    {
        var reader = new SequenceReader<byte>(body);
        return reader.TryRead(out var first) && reader.TryRead(out var second) && (first, second) is (0xFE, 0xFF) or (0xFF, 0xFE);
    }

    private static bool IsReadableCharset(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return true;
        }

        foreach (var known in AsciiCompatible)
        {
            if (name.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        foreach (var family in AsciiCompatibleFamilies)
        {
            if (name.StartsWith(family, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUncompressed(StringValues encodings)
    {
        foreach (var line in encodings)
        {
            foreach (var part in line.AsSpan().Split(','))
            {
                var coding = line.AsSpan()[part].Trim();
                if (!coding.IsEmpty && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool IsText(MediaTypeHeaderValue type) =>
        type.Type.Equals("text", StringComparison.OrdinalIgnoreCase)
        || IsFormat(type.SubType)
        || IsFormat(type.Suffix)
        || type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static bool IsFormat(StringSegment name) =>
        name.Equals("json", StringComparison.OrdinalIgnoreCase) || name.Equals("xml", StringComparison.OrdinalIgnoreCase);
}

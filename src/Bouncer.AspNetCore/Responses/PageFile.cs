using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Responses;

/// <summary>The files that pages are made of, and the hashes by which a policy allows what stands in them: a hash needs no nonce, so
/// that the page stays the same bytes.</summary>
internal static class PageFile
{
    private static readonly string Head = Read("PageHead.html").TrimEnd();
    private static readonly string Style = Read("Page.css").TrimEnd();

    /// <summary>A whole page of this package, with the head and the style that all of them share.</summary>
    internal static string ReadPage(string resource) => Read(resource)
        .Replace("{{>head}}", Head, StringComparison.Ordinal)
        .Replace("{{>style}}", Style, StringComparison.Ordinal);

    /// <summary>A part of one.</summary>
    internal static string Read(string resource)
    {
        using var stream = typeof(PageFile).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The hashes of the texts of all elements of a name. A browser hashes what it parsed, with line ends made one
    /// character.</summary>
    /// <returns>Sources for a Content-Security-Policy.</returns>
    internal static string HashesOf(string page, string element)
    {
        var hashes = new StringBuilder();
        var rest = page.ReplaceLineEndings("\n").AsSpan();
        while (Next(ref rest, element) is { } text)
        {
            hashes.Append(hashes.Length > 0 ? " " : "").Append("'sha256-")
                .Append(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))).Append('\'');
        }

        return hashes.Length > 0 ? hashes.ToString() : "'none'";
    }

    private static string? Next(ref ReadOnlySpan<char> rest, string element)
    {
        var tag = rest.IndexOf("<" + element, StringComparison.OrdinalIgnoreCase);
        var start = tag < 0 ? -1 : rest[tag..].IndexOf('>');
        if (start < 0)
        {
            return null;
        }

        rest = rest[(tag + start + 1)..];
        var end = rest.IndexOf("</" + element, StringComparison.OrdinalIgnoreCase);
        if (end < 0)
        {
            return null;
        }

        var text = rest[..end].ToString();
        rest = rest[end..];
        return text;
    }
}

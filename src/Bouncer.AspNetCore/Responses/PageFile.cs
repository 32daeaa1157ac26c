using System.Security.Cryptography;
using System.Text;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Reads the files of which pages consist, and computes the hashes by which a policy allows their inline content: unlike
/// a nonce, a hash lets the page stay the same bytes.</summary>
internal static class PageFile
{
    private static readonly string Head = Read("PageHead.html").TrimEnd();
    private static readonly string Style = Read("Page.css").TrimEnd();

    /// <summary>Reads a whole page of this package, with the head and the style that all pages share.</summary>
    internal static string ReadPage(string resource) => Read(resource)
        .Replace("{{>head}}", Head, StringComparison.Ordinal)
        .Replace("{{>style}}", Style, StringComparison.Ordinal);

    /// <summary>Reads a part of a page.</summary>
    internal static string Read(string resource)
    {
        using var stream = typeof(PageFile).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    /// <summary>The hashes of the contents of all elements of a name. A browser hashes what it parsed, with line ends normalised
    /// to one character.</summary>
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

using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>A page ready to send, and the policy that lets its own styles apply and nothing else. Immutable.</summary>
internal sealed class RefusalPage
{
    private static readonly string Frame = Read("RefusalPage.html");

    private readonly BodyTemplate _body;
    private readonly StringValues _contentSecurityPolicy;

    private RefusalPage(string template)
    {
        _body = new BodyTemplate(template);
        _contentSecurityPolicy =
            $"default-src 'none'; style-src {StyleHashes(template)}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /// <summary>A page of this package.</summary>
    /// <param name="title">Its title and heading.</param>
    /// <param name="resource">What stands below the heading.</param>
    internal static RefusalPage FromResource(string title, string resource) => new(
        Frame.Replace("{{title}}", title, StringComparison.Ordinal).Replace("{{content}}", Read(resource), StringComparison.Ordinal));

    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static RefusalPage Load(string path) => new(File.ReadAllText(path));

    internal ValueTask WriteAsync(HttpResponse response, string reference)
    {
        response.Headers.ContentSecurityPolicy = _contentSecurityPolicy;
        return _body.WriteAsync(response, HtmlEncoder.Default.Encode(reference));
    }

    private static string Read(string resource)
    {
        using var stream = typeof(RefusalPage).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Hashes each style element's text: a policy by hash needs no nonce, so the page stays the same bytes. A browser
    /// hashes what it parsed, with line ends made one character.</summary>
    private static string StyleHashes(string template)
    {
        var hashes = new StringBuilder();
        var rest = template.ReplaceLineEndings("\n").AsSpan();
        while (NextStyle(ref rest) is { } style)
        {
            hashes.Append(hashes.Length > 0 ? " " : "").Append("'sha256-")
                .Append(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))).Append('\'');
        }

        return hashes.Length > 0 ? hashes.ToString() : "'none'";
    }

    private static string? NextStyle(ref ReadOnlySpan<char> rest)
    {
        var tag = rest.IndexOf("<style", StringComparison.OrdinalIgnoreCase);
        var start = tag < 0 ? -1 : rest[tag..].IndexOf('>');
        if (start < 0)
        {
            return null;
        }

        rest = rest[(tag + start + 1)..];
        var end = rest.IndexOf("</style", StringComparison.OrdinalIgnoreCase);
        if (end < 0)
        {
            return null;
        }

        var style = rest[..end].ToString();
        rest = rest[end..];
        return style;
    }
}

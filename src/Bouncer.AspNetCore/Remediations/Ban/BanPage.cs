using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Remediations.Ban;

/// <summary>A page ready to send: its bytes between the places where the reference goes, and the policy that lets its own
/// styles apply and nothing else. Immutable.</summary>
internal sealed class BanPage
{
    private const string Placeholder = "{{reference}}";

    private readonly byte[][] _parts;
    private readonly int _length;
    private readonly string _contentSecurityPolicy;

    private BanPage(string template)
    {
        _parts = [.. template.Split(Placeholder).Select(Encoding.UTF8.GetBytes)];
        _length = _parts.Sum(part => part.Length);
        _contentSecurityPolicy =
            $"default-src 'none'; style-src {StyleHashes(template)}; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    internal static BanPage BuiltIn { get; } = FromResource();

    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static BanPage Load(string path) => new(File.ReadAllText(path));

    internal async ValueTask WriteAsync(HttpResponse response, string reference)
    {
        var encoded = HtmlEncoder.Default.Encode(reference);
        var length = _length + ((_parts.Length - 1) * Encoding.UTF8.GetByteCount(encoded));
        response.Headers.ContentSecurityPolicy = _contentSecurityPolicy;
        response.ContentLength = length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            Write(response.BodyWriter, encoded);
            await response.BodyWriter.FlushAsync();
        }
    }

    private void Write(IBufferWriter<byte> output, string reference)
    {
        output.Write(_parts[0]);
        foreach (var part in _parts.AsSpan(1))
        {
            Encoding.UTF8.GetBytes(reference, output);
            output.Write(part);
        }
    }

    private static BanPage FromResource()
    {
        using var stream = typeof(BanPage).Assembly.GetManifestResourceStream("BanPage.html")!;
        using var reader = new StreamReader(stream);
        return new BanPage(reader.ReadToEnd());
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

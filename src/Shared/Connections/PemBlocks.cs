using System.Security.Cryptography;
using System.Text;

namespace Bouncer.Connections;

/// <summary>The blocks of a PEM file.</summary>
internal static class PemBlocks
{
    private const string Begin = "-----BEGIN ";

    internal static bool IsPem(byte[] content) => content.AsSpan().IndexOf("-----BEGIN "u8) >= 0;

    /// <summary>Whether a key is encrypted as before PKCS#8 (RFC 1421), which the framework does not read.</summary>
    internal static bool HasOldEncryption(byte[] content) => content.AsSpan().IndexOf("Proc-Type: 4,ENCRYPTED"u8) >= 0;

    /// <summary>Reads all blocks, each with its label.</summary>
    /// <exception cref="FormatException">A block is not complete, which the framework's reader leaves out silently.</exception>
    internal static List<(string Label, string Text)> Read(byte[] content)
    {
        var text = Encoding.UTF8.GetString(content);
        var blocks = new List<(string, string)>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var found))
        {
            blocks.Add((rest[found.Label].ToString(), rest[found.Location].ToString()));
            rest = rest[found.Location.End..];
        }

        return text.AsSpan().Count(Begin) == blocks.Count ? blocks : throw new FormatException();
    }
}

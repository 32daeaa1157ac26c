using System.Runtime.InteropServices;
using System.Text;

namespace Bouncer.Lapi.Wire;

/// <summary>A text of the document, identified by its bytes.</summary>
internal sealed class PooledText(ReadOnlySpan<byte> utf8)
{
    private readonly byte[] _utf8 = utf8.ToArray();

    internal static PooledText Empty { get; } = new([]);

    internal ReadOnlySpan<byte> Utf8 => _utf8;

    internal int Hash { get; } = HashOf(utf8);

    /// <summary>The text; malformed parts are replaced by U+FFFD.</summary>
    internal string Text { get; } = Encoding.UTF8.GetString(utf8);

    internal bool IsWellFormed { get; } = System.Text.Unicode.Utf8.IsValid(utf8);

    /// <summary>A seeded hash: an attacker who chooses the texts must not be able to cause collisions.</summary>
    internal static int HashOf(ReadOnlySpan<byte> utf8)
    {
        // The platform's seeded hash takes characters: two bytes are read as one character, and an odd last byte is added.
        var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(utf8));
        return (utf8.Length & 1) == 0 ? hash : (hash * 31) + utf8[^1] + 1;
    }
}

using System.Text;

namespace Bouncer.Lapi.Wire;

/// <summary>A text of the document, by its bytes. Within one <see cref="TextPool"/> that is not full, equal texts are the
/// same object.</summary>
internal sealed class PooledText(ReadOnlySpan<byte> utf8)
{
    private readonly byte[] _utf8 = utf8.ToArray();
    private readonly int _hash = Hash(utf8);

    internal static PooledText Empty { get; } = new([]);

    internal ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The text, with U+FFFD for what is malformed.</summary>
    internal string Text { get; } = Encoding.UTF8.GetString(utf8);

    internal bool IsWellFormed { get; } = System.Text.Unicode.Utf8.IsValid(utf8);

    public override int GetHashCode() => _hash;

    /// <summary>A seeded hash: whoever chooses the texts must not choose what collides.</summary>
    internal static int Hash(ReadOnlySpan<byte> utf8)
    {
        var hash = default(HashCode);
        hash.AddBytes(utf8);
        return hash.ToHashCode();
    }
}

using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>A piece of a document that has arrived, and the reader of its tokens, past which bytes may be taken.</summary>
internal ref struct JsonPiece
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _start;

    /// <summary>Reads the tokens of the piece.</summary>
    internal Utf8JsonReader Reader;

    internal JsonPiece(ReadOnlySpan<byte> bytes, bool isFinal, JsonReaderState state)
    {
        _bytes = bytes;
        Reader = new Utf8JsonReader(bytes, isFinal, state);
    }

    /// <summary>How many bytes were read.</summary>
    internal readonly int Consumed => _start + (int)Reader.BytesConsumed;

    /// <summary>What was not read yet.</summary>
    internal readonly ReadOnlySpan<byte> Rest => _bytes[Consumed..];

    /// <summary>Lets the reader continue behind bytes that were taken without it. They leave it where it is in the document:
    /// whole elements, each with its comma.</summary>
    internal void Skip(int length)
    {
        _start = Consumed + length;
        Reader = new Utf8JsonReader(_bytes[_start..], Reader.IsFinalBlock, Reader.CurrentState);
    }
}

using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads the texts of a JSON document without throwing: the JSON reader does not validate UTF-8 or surrogates, and its own
/// getters throw if they are invalid. Requires a reader over contiguous memory, as <see cref="JsonPump"/> creates it.</summary>
internal static class JsonText
{
    internal enum Result
    {
        Ok = 0,
        Malformed,
        TooLong,
    }

    /// <summary>Copies the text, unescaped, as valid UTF-8.</summary>
    internal static Result TryCopy(ref Utf8JsonReader reader, scoped Span<byte> destination, out int written)
    {
        written = 0;
        if (reader.ValueIsEscaped)
        {
            return TryCopyEscaped(ref reader, destination, out written);
        }

        var text = reader.ValueSpan;
        if (!text.TryCopyTo(destination))
        {
            return Result.TooLong;
        }

        written = text.Length;
        return Utf8.IsValid(text) ? Result.Ok : Result.Malformed;
    }

    /// <summary>Copies the start of the text, unescaped if possible, up to <paramref name="characters"/> UTF-16 characters, without
    /// splitting one. The text need not be valid UTF-8.</summary>
    /// <param name="reader">Positioned on the text.</param>
    /// <param name="characters">At least one.</param>
    /// <param name="destination">At least three bytes for each character.</param>
    internal static int CopyStart(ref Utf8JsonReader reader, int characters, scoped Span<byte> destination)
    {
        var raw = reader.ValueSpan;
        var rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        var decoded = ArrayPool<char>.Shared.Rent(characters);
        try
        {
            // Half a surrogate pair: the text is kept with its escapes.
            var text = reader.ValueIsEscaped && TryUnescape(ref reader, rented, out var length) ? rented.AsSpan(0, length) : raw;
            Utf8.ToUtf16(text, decoded.AsSpan(0, characters), out var read, out _);
            text[..read].CopyTo(destination);
            return read;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(decoded);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static Result TryCopyEscaped(ref Utf8JsonReader reader, scoped Span<byte> destination, out int written)
    {
        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        try
        {
            if (!TryUnescape(ref reader, rented, out written))
            {
                return Result.Malformed;
            }

            return rented.AsSpan(0, written).TryCopyTo(destination) ? Result.Ok : Result.TooLong;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool TryUnescape(ref Utf8JsonReader reader, byte[] destination, out int length)
    {
        try
        {
            length = reader.CopyString(destination);
            return true;
        }
        catch (InvalidOperationException)
        {
            length = 0;
            return false;
        }
    }
}

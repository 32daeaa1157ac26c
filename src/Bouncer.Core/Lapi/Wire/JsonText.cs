using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads the texts of a JSON document without ever throwing: the reader itself checks neither UTF-8 nor surrogates,
/// and its own getters throw over them.</summary>
internal static class JsonText
{
    internal enum Result
    {
        Ok = 0,
        Malformed,
        TooLong,
    }

    /// <summary>Whether the text is this one.</summary>
    internal static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> text)
    {
        if (!reader.ValueIsEscaped)
        {
            return reader.ValueTextEquals(text);
        }

        Span<byte> copy = stackalloc byte[32];
        return TryCopy(ref reader, copy, out var length) == Result.Ok && copy[..length].SequenceEqual(text);
    }

    /// <summary>Copies the text, unescaped, as valid UTF-8.</summary>
    internal static Result TryCopy(ref Utf8JsonReader reader, scoped Span<byte> destination, out int written)
    {
        written = 0;
        var raw = RawLength(ref reader);
        if (!reader.ValueIsEscaped)
        {
            if (raw > destination.Length)
            {
                return Result.TooLong;
            }

            CopyRaw(ref reader, destination);
            written = raw;
            return Utf8.IsValid(destination[..raw]) ? Result.Ok : Result.Malformed;
        }

        var rented = ArrayPool<byte>.Shared.Rent(raw);
        try
        {
            var length = reader.CopyString(rented);
            if (length > destination.Length)
            {
                return Result.TooLong;
            }

            rented.AsSpan(0, length).CopyTo(destination);
            written = length;
            return Result.Ok;
        }
        catch (InvalidOperationException)
        {
            return Result.Malformed;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Copies the start of the text: as much as the destination holds, with U+FFFD for what is malformed.</summary>
    internal static int CopyStart(ref Utf8JsonReader reader, scoped Span<char> destination)
    {
        if (!reader.ValueIsEscaped && !reader.HasValueSequence)
        {
            Utf8.ToUtf16(reader.ValueSpan, destination, out _, out var copied);
            return copied;
        }

        var raw = RawLength(ref reader);
        var rented = ArrayPool<byte>.Shared.Rent(raw);
        try
        {
            var length = raw;
            if (!reader.ValueIsEscaped || !TryUnescape(ref reader, rented, out length))
            {
                CopyRaw(ref reader, rented);
                length = raw;
            }

            Utf8.ToUtf16(rented.AsSpan(0, length), destination, out _, out var written);
            return written;
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
            // Half a surrogate pair: the text is shown as it came, escapes and all.
            length = 0;
            return false;
        }
    }

    private static int RawLength(ref Utf8JsonReader reader) =>
        reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;

    private static void CopyRaw(ref Utf8JsonReader reader, scoped Span<byte> destination)
    {
        if (reader.HasValueSequence)
        {
            reader.ValueSequence.CopyTo(destination);
        }
        else
        {
            reader.ValueSpan.CopyTo(destination);
        }
    }
}

using System.Buffers;
using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Feeds a document to a token reader as it arrives. At most one unfinished token is kept between reads; it is moved to
/// the front of the buffer, so that a token is always contiguous.</summary>
internal static class JsonPump
{
    /// <summary>The maximum length of a token, in bytes; a longer one invalidates the document. A text that is too long to be used
    /// but shorter than this makes only its decision unusable.</summary>
    internal const int MaxTokenLength = 2 * 1024 * 1024;

    private const int MaxDepth = 8;

    // An empty poll needs little, and polls are so rare that the array pool usually has no buffer for them. For a whole list the
    // buffer grows to the largest size below the large object heap.
    private const int FirstLength = 512;
    private const int Growth = 8;
    private const int UsualLength = 64 * 1024;

    /// <summary>Reads one complete document; anything after it is an error.</summary>
    /// <exception cref="JsonException">The document is malformed, truncated, too deep, or not of the expected form.</exception>
    internal static async Task ReadAsync(Stream body, IJsonTokens tokens, CancellationToken cancellationToken)
    {
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth });
        var buffer = ArrayPool<byte>.Shared.Rent(FirstLength);
        try
        {
            var unfinished = 0;
            while (true)
            {
                // An unfinished token is read again from its start. Waiting until its length has doubled keeps the work linear,
                // even if it arrives in tiny pieces.
                var wanted = unfinished + 1;
                var read = await body.ReadAtLeastAsync(buffer.AsMemory(unfinished), wanted, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                var length = unfinished + read;
                var isFinal = read < wanted;
                var consumed = Take(buffer.AsSpan(0, length), isFinal, ref state, tokens);
                if (isFinal)
                {
                    return;
                }

                unfinished = length - consumed;
                if (unfinished > MaxTokenLength)
                {
                    throw new JsonException("A token is too long.");
                }

                var room = length == buffer.Length ? int.Min(buffer.Length * Growth, UsualLength) : buffer.Length;
                MoveToFront(ref buffer, consumed, unfinished, int.Max(room, (unfinished * 2) + 1));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Take(ReadOnlySpan<byte> piece, bool isFinal, ref JsonReaderState state, IJsonTokens tokens)
    {
        var arrived = new JsonPiece(piece, isFinal, state);
        tokens.Take(ref arrived);
        state = arrived.Reader.CurrentState;
        return arrived.Consumed;
    }

    private static void MoveToFront(ref byte[] buffer, int start, int length, int room)
    {
        var kept = buffer.AsSpan(start, length);
        if (room <= buffer.Length)
        {
            kept.CopyTo(buffer);
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(room);
        kept.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}

using System.Buffers;
using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Drives a document through a reader of tokens as it arrives. No more than one unfinished token is kept from one
/// piece to the next; it moves to the front, so that a token always lies in one piece.</summary>
internal static class JsonPump
{
    /// <summary>The longest token, in bytes: a longer one spoils the document. A text that is too long to be used, but
    /// shorter than this, spoils no more than its decision.</summary>
    internal const int MaxTokenLength = 2 * 1024 * 1024;

    private const int MaxDepth = 8;

    // A poll that brings nothing needs little, and polls are so far apart that the pool has mostly nothing for them; a whole
    // list comes in pieces as large as the large object heap leaves alone.
    private const int FirstLength = 512;
    private const int Growth = 8;
    private const int UsualLength = 64 * 1024;

    /// <summary>Reads one whole document, and nothing behind it.</summary>
    /// <exception cref="JsonException">The document is malformed, cut, too deep, or not what is expected.</exception>
    internal static async Task ReadAsync(Stream body, IJsonTokens tokens, CancellationToken cancellationToken)
    {
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth });
        var buffer = ArrayPool<byte>.Shared.Rent(FirstLength);
        try
        {
            var unfinished = 0;
            while (true)
            {
                // An unfinished token is read again from its start: waiting until it has doubled keeps the work linear,
                // however small the pieces in which it comes.
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

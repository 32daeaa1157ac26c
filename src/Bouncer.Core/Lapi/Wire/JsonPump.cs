using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Bouncer.Lapi.Wire;

/// <summary>Drives a document through a reader of tokens as it arrives. No more than one unfinished token is held.</summary>
internal static class JsonPump
{
    /// <summary>The longest token, in bytes: a longer one spoils the document. A text that is too long to be used, but
    /// shorter than this, spoils no more than its decision.</summary>
    internal const int MaxTokenLength = 2 * 1024 * 1024;

    private const int MaxDepth = 8;

    /// <summary>Reads one whole document, and nothing behind it.</summary>
    /// <exception cref="JsonException">The document is malformed, cut, too deep, or not what is expected.</exception>
    internal static async Task ReadAsync(PipeReader body, IJsonTokens tokens, CancellationToken cancellationToken)
    {
        var state = new JsonReaderState(new JsonReaderOptions { MaxDepth = MaxDepth });
        var wanted = 1;
        while (true)
        {
            var read = await body.ReadAtLeastAsync(wanted, cancellationToken).ConfigureAwait(false);
            var consumed = Take(read.Buffer, read.IsCompleted, ref state, tokens);
            var unfinished = read.Buffer.Slice(consumed).Length;
            body.AdvanceTo(consumed, read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }

            if (unfinished > MaxTokenLength)
            {
                throw new JsonException("A token is too long.");
            }

            // An unfinished token is read again from its start: waiting until it has doubled keeps the work linear, however
            // small the pieces in which it comes.
            wanted = 1 + ((int)unfinished * 2);
        }
    }

    private static SequencePosition Take(in ReadOnlySequence<byte> buffer, bool isFinal, ref JsonReaderState state, IJsonTokens tokens)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, state);
        while (reader.Read())
        {
            tokens.Take(ref reader);
        }

        state = reader.CurrentState;
        return reader.Position;
    }
}

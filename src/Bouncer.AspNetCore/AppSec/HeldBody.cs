using System.Buffers;
using System.IO.Pipelines;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>The part of a request's body that was read for an inspection: in pooled chunks, each of which is returned once the
/// application has read it. Not thread-safe.</summary>
/// <param name="source">The request's body.</param>
/// <param name="budget">The memory for the bodies of all requests.</param>
/// <param name="mostInAll">The limit of that memory, in bytes.</param>
internal sealed class HeldBody(PipeReader source, BodyBudget budget, long mostInAll) : IDisposable
{
    private const int ChunkLength = 32 * 1024;

    // Held whatever the budget: otherwise clients that use it up with slow uploads could send small bodies uninspected.
    private const int FreeChunks = 2;

    private readonly Queue<Chunk> _chunks = [];
    private Task<ReadResult>? _pending;
    private Chunk? _last;

    /// <summary>The number of bytes held.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether something may still read the chunks, so that they must not be used for anything else.</summary>
    internal bool IsShared { get; set; }

    /// <summary>Whether bytes are held that are not consumed yet.</summary>
    internal bool IsLeft => _chunks.TryPeek(out var first) && !first.Filled.IsEmpty;

    /// <summary>The chunks, in order.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Chunks => _chunks.Select(static chunk => chunk.Filled);

    /// <summary>The bytes held, until the first of them are consumed.</summary>
    internal ReadOnlySequence<byte> Bytes => BodySegment.Join(Chunks);

    /// <summary>Reads until the end of the body, or until more than a number of bytes were read.</summary>
    /// <param name="limit">The number of bytes.</param>
    /// <param name="pause">How long one read may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <returns>Why the end was not reached; null if it was.</returns>
    internal async ValueTask<AppSecBodyFault?> ReadAsync(long limit, TimeSpan pause, TimeProvider time, CancellationToken aborted)
    {
        while (true)
        {
            // The read goes on after a pause: what it reads belongs to the application.
            var reading = source.ReadAsync(CancellationToken.None).AsTask();
            if (!reading.IsCompleted)
            {
                _pending = reading;
                if (!await EndsInTimeAsync(reading, pause, time, aborted))
                {
                    return AppSecBodyFault.Stalled;
                }

                _pending = null;
            }

            var read = await reading;
            var isHeld = Take(read.Buffer, limit + 1);
            if (!isHeld || Length > limit)
            {
                return AppSecBodyFault.Large;
            }

            if (read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>Waits for a read that took too long, so that the application can go on with the rest of the body.</summary>
    internal async ValueTask ResumeAsync(CancellationToken cancellationToken)
    {
        if (_pending is { } pending)
        {
            var read = await pending.WaitAsync(cancellationToken);
            _pending = null;
            source.AdvanceTo(read.Buffer.Start);
        }
    }

    /// <summary>Ends a read that took too long. The server reads what is left of a body when the request is over, and reports an error
    /// if a read is going on.</summary>
    internal async ValueTask StopAsync()
    {
        if (_pending is not { } pending)
        {
            return;
        }

        _pending = null;
        try
        {
            source.CancelPendingRead();
            source.AdvanceTo((await pending).Buffer.Start);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The connection is gone.
        }
    }

    /// <summary>Copies bytes that are held and not consumed yet.</summary>
    /// <returns>The number of bytes.</returns>
    internal int Consume(Span<byte> buffer)
    {
        var chunk = _chunks.Peek();
        var count = Math.Min(buffer.Length, chunk.Filled.Length);
        chunk.Filled.Span[..count].CopyTo(buffer);
        chunk.Consume(count);
        if (chunk.Filled.IsEmpty)
        {
            Release(_chunks.Dequeue());
        }

        return count;
    }

    public void Dispose()
    {
        while (_chunks.TryDequeue(out var chunk))
        {
            Release(chunk);
        }
    }

    private static async ValueTask<bool> EndsInTimeAsync(Task reading, TimeSpan pause, TimeProvider time, CancellationToken aborted)
    {
        await reading.WaitAsync(pause, time, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        aborted.ThrowIfCancellationRequested();
        return reading.IsCompleted;
    }

    /// <summary>Holds what was read, as far as there is room, up to a number of bytes in all.</summary>
    /// <returns>Whether that is all that was read.</returns>
    private bool Take(ReadOnlySequence<byte> read, long most)
    {
        var left = read.Slice(0, Math.Min(read.Length, most - Length));
        var isAll = left.Length == read.Length;
        while (!left.IsEmpty && TryMakeRoom())
        {
            var part = left.Slice(0, Math.Min(left.Length, _last!.Free.Length));
            part.CopyTo(_last.Free.Span);
            _last.Fill((int)part.Length);
            Length += part.Length;
            left = left.Slice(part.Length);
        }

        isAll &= left.IsEmpty;
        source.AdvanceTo(left.Start);
        return isAll;
    }

    private bool TryMakeRoom()
    {
        if (_last is { Free.IsEmpty: false })
        {
            return true;
        }

        var isFree = _chunks.Count < FreeChunks;
        if (!isFree && !budget.TryTake(ChunkLength, mostInAll))
        {
            return false;
        }

        _chunks.Enqueue(_last = new Chunk(ArrayPool<byte>.Shared.Rent(ChunkLength), isFree));
        return true;
    }

    private void Release(Chunk chunk)
    {
        if (!chunk.IsFree)
        {
            budget.Return(ChunkLength);
        }

        _last = chunk == _last ? null : _last;

        if (!IsShared)
        {
            // The next request must not be able to read what this one sent.
            ArrayPool<byte>.Shared.Return(chunk.Array, clearArray: true);
        }
    }

    private sealed class Chunk(byte[] array, bool isFree)
    {
        private int _start;
        private int _end;

        /// <summary>Whether it does not count towards the budget.</summary>
        internal bool IsFree { get; } = isFree;

        internal byte[] Array { get; } = array;

        internal ReadOnlyMemory<byte> Filled => Array.AsMemory(_start, _end - _start);

        internal Memory<byte> Free => Array.AsMemory(_end, ChunkLength - _end);

        internal void Fill(int count) => _end += count;

        internal void Consume(int count) => _start += count;
    }
}

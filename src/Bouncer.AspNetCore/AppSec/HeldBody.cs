using System.Buffers;
using System.Diagnostics;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>The part of a request's body that was read for an inspection: in pooled chunks, each of which is returned once the
/// application has read it. Not thread-safe.</summary>
/// <param name="budget">The memory for the bodies of all requests.</param>
/// <param name="mostInAll">The limit of that memory, in bytes.</param>
internal sealed class HeldBody(BodyBudget budget, long mostInAll) : IDisposable
{
    private const int ChunkLength = 32 * 1024;

    // Held whatever the budget: otherwise clients that use it up with slow uploads could send small bodies uninspected.
    private const int FreeChunks = 2;

    private readonly Queue<Chunk> _chunks = [];
    private Task<int>? _pending;
    private Chunk? _last;

    /// <summary>The number of bytes held.</summary>
    internal long Length { get; private set; }

    /// <summary>Whether the end of the body was reached.</summary>
    internal bool IsComplete { get; private set; }

    /// <summary>Whether something may still read the chunks, so that they must not be used for anything else.</summary>
    internal bool IsShared { get; set; }

    /// <summary>The chunks, in order.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> Chunks => _chunks.Select(static chunk => chunk.Filled);

    /// <summary>Reads until the end of the body, or until more than a number of bytes were read.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="limit">The number of bytes.</param>
    /// <param name="pause">How long one read may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <returns>Why the end was not reached; null if it was.</returns>
    internal async ValueTask<AppSecBodyFault?> ReadAsync(Stream body, long limit, TimeSpan pause, TimeProvider time, CancellationToken aborted)
    {
        while (true)
        {
            if (Length > limit || !TryMakeRoom())
            {
                return AppSecBodyFault.Large;
            }

            // The read goes on after a pause: what it reads belongs to the application.
            var reading = body.ReadAsync(_last!.Free[..(int)Math.Min(_last.Free.Length, limit + 1 - Length)], CancellationToken.None).AsTask();
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
            if (read == 0)
            {
                IsComplete = true;
                return null;
            }

            Add(read);
        }
    }

    /// <summary>Waits until bytes are held that are not consumed yet.</summary>
    /// <returns>False if there are none and will be none.</returns>
    internal async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        while (!_chunks.TryPeek(out var first) || first.Filled.IsEmpty)
        {
            if (_pending is not { } pending)
            {
                return false;
            }

            var read = await pending.WaitAsync(cancellationToken);
            _pending = null;
            if (read == 0)
            {
                return false;
            }

            Add(read);
        }

        return true;
    }

    /// <summary>Copies bytes that are held and not consumed yet.</summary>
    /// <returns>The number of bytes.</returns>
    internal int Consume(Span<byte> buffer)
    {
        var chunk = _chunks.Peek();
        var count = Math.Min(buffer.Length, chunk.Filled.Length);
        chunk.Filled.Span[..count].CopyTo(buffer);
        chunk.Consume(count);
        if (chunk.Filled.IsEmpty && (_pending is null || chunk != _last))
        {
            Release(_chunks.Dequeue());
        }

        return count;
    }

    public void Dispose()
    {
        // A read that is still pending writes to the last chunk, which is therefore left to the garbage collector.
        IsShared |= _pending is { IsCompleted: false };
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

    private void Add(int count)
    {
        Debug.Assert(_last is not null, "A read needs a chunk.");
        _last.Fill(count);
        Length += count;
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

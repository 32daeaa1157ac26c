namespace Bouncer.Decisions;

/// <summary>A list that only grows, in pieces too small for the large object heap and without moving what it holds. One
/// thread adds; others may read whatever was there when they were handed a number.</summary>
internal sealed class ChunkedList<T>
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private T[][] _chunks = [];

    internal int Count { get; private set; }

    internal ref readonly T this[int index] => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];

    /// <summary>Replaces an item that no reader was handed the number of.</summary>
    internal void Set(int index, T item) => _chunks[index >> ChunkBits][index & (ChunkSize - 1)] = item;

    /// <returns>The number of the item.</returns>
    internal int Add(T item)
    {
        var chunk = Count >> ChunkBits;
        if (chunk == _chunks.Length)
        {
            Array.Resize(ref _chunks, Math.Max(4, chunk * 2));
        }

        (_chunks[chunk] ??= new T[ChunkSize])[Count & (ChunkSize - 1)] = item;
        return Count++;
    }
}

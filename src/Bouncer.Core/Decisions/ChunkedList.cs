namespace Bouncer.Decisions;

/// <summary>A list that only grows, in chunks too small for the large object heap. Only the first few items are ever copied, so a
/// nearly empty list is small. Items are numbered from 1; number 0 means no item and returns the default. One thread adds; others
/// may read the items whose numbers they have received.</summary>
internal sealed class ChunkedList<T>
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;
    private const int FirstLength = 4;

    /// <summary>The first chunk of every list, with number 0; never written to.</summary>
    private static readonly T[][] Nothing = [new T[1]];

    private T[][] _chunks = Nothing;

    /// <summary>The number of items, and the number of the last one.</summary>
    internal int Count { get; private set; }

    internal ref readonly T this[int index] => ref _chunks[index >> ChunkBits][index & (ChunkSize - 1)];

    /// <summary>Replaces an item whose number no reader has received.</summary>
    internal void Set(int index, T item) => _chunks[index >> ChunkBits][index & (ChunkSize - 1)] = item;

    /// <returns>The number of the item.</returns>
    internal int Add(T item)
    {
        var number = Count + 1;
        var chunk = number >> ChunkBits;
        var at = number & (ChunkSize - 1);
        if (number == 1 || chunk == _chunks.Length)
        {
            Array.Resize(ref _chunks, Math.Max(FirstLength, chunk * 2));
        }

        if (_chunks[chunk] is not { } items || at == items.Length)
        {
            Array.Resize(ref _chunks[chunk], chunk > 0 ? ChunkSize : Math.Max(FirstLength, at * 4));
        }

        _chunks[chunk][at] = item;
        return Count = number;
    }
}

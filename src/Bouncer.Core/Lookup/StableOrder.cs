using System.Buffers;
using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>A stable sort of items by the number of their place.</summary>
internal static class StableOrder
{
    /// <summary>From this number of places per item on, a pass over all places is slower than a sort by comparison.</summary>
    private const int Sparse = 8;

    /// <param name="places">The place of each thing.</param>
    /// <param name="count">How many places there are.</param>
    /// <param name="order">Receives the numbers of the things.</param>
    internal static void Of(ReadOnlySpan<int> places, int count, Span<int> order)
    {
        if (count / Sparse > places.Length)
        {
            Sort(places, order);
        }
        else
        {
            Distribute(places, count, order);
        }
    }

    private static void Sort(ReadOnlySpan<int> places, Span<int> order)
    {
        var keys = ArrayPool<long>.Shared.Rent(places.Length);
        var used = keys.AsSpan(0, places.Length);
        for (var i = 0; i < used.Length; i++)
        {
            used[i] = ((long)places[i] << 32) | (uint)i;
        }

        used.Sort();
        for (var i = 0; i < used.Length; i++)
        {
            order[i] = (int)used[i];
        }

        ArrayPool<long>.Shared.Return(keys);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Distribute(ReadOnlySpan<int> places, int count, Span<int> order)
    {
        var numbers = ArrayPool<int>.Shared.Rent(count + 1);
        var starts = numbers.AsSpan(0, count + 1);
        starts.Clear();
        foreach (var place in places)
        {
            starts[place + 1]++;
        }

        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        for (var i = 0; i < places.Length; i++)
        {
            order[starts[places[i]]++] = i;
        }

        ArrayPool<int>.Shared.Return(numbers);
    }
}

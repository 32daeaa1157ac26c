using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>The order in which things have their places one after the other; those of one place stay as they were.</summary>
internal static class StableOrder
{
    /// <summary>With this number of places for each thing, a pass over all places costs more than comparing.</summary>
    private const int Sparse = 8;

    /// <param name="places">The place of each thing.</param>
    /// <param name="count">How many places there are.</param>
    /// <returns>The numbers of the things.</returns>
    internal static int[] Of(int[] places, int count) => count / Sparse > places.Length ? Sort(places) : Distribute(places, count);

    private static int[] Sort(int[] places)
    {
        var keys = new long[places.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = ((long)places[i] << 32) | (uint)i;
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, key => (int)key);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int[] Distribute(int[] places, int count)
    {
        var starts = new int[count + 1];
        foreach (var place in places)
        {
            starts[place + 1]++;
        }

        for (var i = 1; i < starts.Length; i++)
        {
            starts[i] += starts[i - 1];
        }

        var order = new int[places.Length];
        for (var i = 0; i < places.Length; i++)
        {
            order[starts[places[i]]++] = i;
        }

        return order;
    }
}

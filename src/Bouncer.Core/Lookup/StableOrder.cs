using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>A stable sort of items by the number of their place.</summary>
internal static class StableOrder
{
    /// <summary>From this number of places per item on, a pass over all places is slower than a sort by comparison.</summary>
    private const int Sparse = 8;

    /// <param name="places">The place of each item.</param>
    /// <param name="count">The number of places.</param>
    /// <returns>The numbers of the items in order.</returns>
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

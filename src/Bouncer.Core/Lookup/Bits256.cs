using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>A set of numbers from 0 to 255.</summary>
[InlineArray(4)]
internal struct Bits256
{
    private ulong _word;

    internal readonly bool Contains(int value) => (this[value >> 6] >> (value & 63) & 1) != 0;

    /// <summary>How many members are smaller.</summary>
    internal readonly int Rank(int value)
    {
        var rank = BitOperations.PopCount(this[value >> 6] & ((1UL << (value & 63)) - 1));
        for (var i = 0; i < value >> 6; i++)
        {
            rank += BitOperations.PopCount(this[i]);
        }

        return rank;
    }

    internal void Add(int value) => this[value >> 6] |= 1UL << (value & 63);

    internal void Remove(int value) => this[value >> 6] &= ~(1UL << (value & 63));

    internal void IntersectWith(in Bits256 other)
    {
        for (var i = 0; i < 4; i++)
        {
            this[i] &= other[i];
        }
    }

    /// <summary>Takes the smallest member out of the set; false if there is none.</summary>
    internal bool TryTakeFirst(out int value)
    {
        for (var i = 0; i < 4; i++)
        {
            if (this[i] != 0)
            {
                value = (i << 6) + BitOperations.TrailingZeroCount(this[i]);
                this[i] &= this[i] - 1;
                return true;
            }
        }

        value = 0;
        return false;
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>Of the 256 /24s of a block, those that hold hosts and those that a network of the block touches. Both facts
/// about a /24 lie side by side, so that a miss reads one cache line.</summary>
[InlineArray(4)]
internal struct Ipv4BlockMap
{
    private (ulong Hosts, ulong Ranges) _words;

    internal readonly bool IsEmpty(byte subnet) => ((this[subnet >> 6].Hosts | this[subnet >> 6].Ranges) >> (subnet & 63) & 1) == 0;

    internal readonly bool HasHosts(byte subnet) => (this[subnet >> 6].Hosts >> (subnet & 63) & 1) != 0;

    internal readonly bool HasRanges(byte subnet) => (this[subnet >> 6].Ranges >> (subnet & 63) & 1) != 0;

    /// <summary>How many /24s with hosts come before one of the same 64.</summary>
    internal readonly int RankInWord(byte subnet) => BitOperations.PopCount(this[subnet >> 6].Hosts & ((1UL << (subnet & 63)) - 1));

    /// <summary>How many /24s with hosts come before each 64, a byte each.</summary>
    internal readonly uint RanksOfWords()
    {
        var one = (uint)BitOperations.PopCount(this[0].Hosts);
        var two = one + (uint)BitOperations.PopCount(this[1].Hosts);
        var three = two + (uint)BitOperations.PopCount(this[2].Hosts);
        return (one << 8) | (two << 16) | (three << 24);
    }

    internal readonly int CountHosts() => (int)(RanksOfWords() >> 24) + BitOperations.PopCount(this[3].Hosts);

    /// <summary>A bit for each four /24s of which any is not empty.</summary>
    internal readonly ulong Fold()
    {
        var folded = 0UL;
        for (var subnet = 0; subnet < 256; subnet++)
        {
            folded |= IsEmpty((byte)subnet) ? 0 : 1UL << (subnet >> 2);
        }

        return folded;
    }

    internal void AddHosts(int subnet) => this[subnet >> 6].Hosts |= 1UL << (subnet & 63);

    internal void AddRanges(int subnet) => this[subnet >> 6].Ranges |= 1UL << (subnet & 63);
}

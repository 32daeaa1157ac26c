using System.Runtime.InteropServices;

namespace Bouncer.Lookup;

/// <summary>Hashes that are unpredictable from outside: an attacker who chooses what is listed must not be able to cause collisions.</summary>
internal static class SeededHash
{
    private static readonly ulong Seed = NewSeed();
    private static readonly ulong OtherSeed = NewSeed();

    /// <summary>Multiplies both numbers, each mixed with its own seed, and folds the halves of the product (the step of
    /// wyhash).</summary>
    internal static uint Of(ulong one, ulong other)
    {
        var high = Math.BigMul(one ^ Seed, other ^ OtherSeed, out var low);
        var folded = high ^ low;
        return (uint)(folded >> 32) ^ (uint)folded;
    }

    /// <summary>Folds the halves of a GUID, which has 122 random bits from the system's generator, into 64 bits. A cryptographic
    /// generator would load a library of 4 MB only for this.</summary>
    private static ulong NewSeed()
    {
        Span<Guid> random = [Guid.NewGuid()];
        var halves = MemoryMarshal.Cast<Guid, ulong>(random);
        return (halves[0] ^ halves[1]) | 1;
    }
}

using System.Runtime.InteropServices;

namespace Bouncer.Lookup;

/// <summary>Hashes that are unpredictable from outside: an attacker who chooses what is listed must not be able to cause collisions.</summary>
internal static class SeededHash
{
    private static readonly ulong Seed = NewSeed();
    private static readonly ulong OtherSeed = NewSeed();

    /// <summary>The halves of the product of both numbers, each under a seed of its own, folded (the step of wyhash).</summary>
    internal static uint Of(ulong one, ulong other)
    {
        var high = Math.BigMul(one ^ Seed, other ^ OtherSeed, out var low);
        var folded = high ^ low;
        return (uint)(folded >> 32) ^ (uint)folded;
    }

    /// <summary>From the system's generator, whose 122 bits in a GUID make 64 when its halves are folded. The cryptographic library
    /// would be loaded for this alone: 4 MB.</summary>
    private static ulong NewSeed()
    {
        Span<Guid> random = [Guid.NewGuid()];
        var halves = MemoryMarshal.Cast<Guid, ulong>(random);
        return (halves[0] ^ halves[1]) | 1;
    }
}

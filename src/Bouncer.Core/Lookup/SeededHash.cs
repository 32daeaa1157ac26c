using System.Security.Cryptography;

namespace Bouncer.Lookup;

/// <summary>Hashes that nobody outside can predict: whoever chooses what is listed must not choose what collides.</summary>
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

    private static ulong NewSeed()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) | 1;
    }
}

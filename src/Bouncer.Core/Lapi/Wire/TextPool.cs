using System.Runtime.CompilerServices;

namespace Bouncer.Lapi.Wire;

/// <summary>Returns one object for texts that repeat within a list, so that all decisions share their few origins, scenarios and
/// types, and these are decoded once. Bounded: when it is full, or if two hashes collide, a text gets an object of its own. Not
/// thread-safe.</summary>
internal sealed class TextPool
{
    private const int Capacity = 4096;

    private readonly Dictionary<int, PooledText> _texts = [];
    private PooledText _last = PooledText.Empty;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PooledText Get(ReadOnlySpan<byte> utf8)
    {
        // A member often has the same text as in the previous decision.
        if (!utf8.SequenceEqual(_last.Utf8))
        {
            _last = Find(utf8);
        }

        return _last;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private PooledText Find(ReadOnlySpan<byte> utf8)
    {
        if (_texts.TryGetValue(PooledText.HashOf(utf8), out var known) && utf8.SequenceEqual(known.Utf8))
        {
            return known;
        }

        var added = new PooledText(utf8);
        if (_texts.Count < Capacity)
        {
            _texts.TryAdd(added.Hash, added);
        }

        return added;
    }
}

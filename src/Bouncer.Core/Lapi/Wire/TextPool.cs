using System.Runtime.CompilerServices;

namespace Bouncer.Lapi.Wire;

/// <summary>Gives one object for texts that repeat within a list, so that a million decisions share their few origins,
/// scenarios and types, and those are decoded once. Bounded: when full, further texts get one each, as does one of two
/// whose hashes are the same. Not thread-safe.</summary>
internal sealed class TextPool
{
    private const int Capacity = 4096;

    private readonly Dictionary<int, PooledText> _texts = [];
    private PooledText _last = PooledText.Empty;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal PooledText Get(ReadOnlySpan<byte> utf8)
    {
        // A member often says the same as in the decision before.
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

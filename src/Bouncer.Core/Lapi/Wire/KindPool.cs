using System.Runtime.CompilerServices;

namespace Bouncer.Lapi.Wire;

/// <summary>Caches the kinds of one list's decisions, so that what is derived from their texts is computed once and not for each
/// decision. Bounded: when it is full, or if two hashes collide, a kind is computed each time. Not thread-safe.</summary>
internal sealed class KindPool
{
    private const int Capacity = 4096;

    private readonly Dictionary<int, WireKind> _kinds = [];
    private WireKind _last = new(new KindTexts());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal WireKind Get(in KindTexts texts)
    {
        if (!_last.Texts.IsSame(texts))
        {
            _last = Find(texts);
        }

        return _last;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private WireKind Find(in KindTexts texts)
    {
        var hash = texts.Hash;
        if (_kinds.TryGetValue(hash, out var known) && known.Texts.IsSame(texts))
        {
            return known;
        }

        var added = new WireKind(texts);
        if (_kinds.Count < Capacity)
        {
            _kinds.TryAdd(hash, added);
        }

        return added;
    }
}

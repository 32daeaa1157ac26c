namespace Bouncer.Lapi.Wire;

/// <summary>Knows the kinds of one list's decisions, so that what follows from their texts is worked out once for a million.
/// Bounded: when full, further kinds are worked out each time. Not for several threads.</summary>
internal sealed class KindPool
{
    private const int Capacity = 4096;

    private readonly Dictionary<KindTexts, WireKind> _kinds = [];
    private KindTexts _lastTexts = KindTexts.Empty;
    private WireKind _last = new(KindTexts.Empty);

    internal WireKind Get(in KindTexts texts)
    {
        if (_lastTexts != texts)
        {
            _last = Find(texts);
            _lastTexts = texts;
        }

        return _last;
    }

    private WireKind Find(in KindTexts texts)
    {
        if (!_kinds.TryGetValue(texts, out var kind))
        {
            kind = new WireKind(texts);
            if (_kinds.Count < Capacity)
            {
                _kinds.Add(texts, kind);
            }
        }

        return kind;
    }
}

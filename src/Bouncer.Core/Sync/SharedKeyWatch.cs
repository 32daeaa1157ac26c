using System.Numerics;
using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary>
/// Notices that another client pulls with the same key: LAPI gives each change to the one that asks first, so this one hears
/// of some only by asking. LAPI's own gaps lose a change now and then; a shared key loses a good part of them.
/// </summary>
internal sealed class SharedKeyWatch
{
    private const int Window = 16;
    private const int Enough = 5;

    /// <summary>The last pulls that had, or should have had, something to say: a bit each, set for those that did not say it.</summary>
    private uint _missed;
    private HashSet<long> _found = [];
    private bool _hasNews;
    private bool _heardEnds;
    private bool _lacked;

    internal bool IsShared { get; private set; }

    /// <summary>Takes what was found by asking after a delta: the next one has to bring it, if it came after this one. Beside
    /// a delta with news it is LAPI's own gap, a transaction that the one before overlapped.</summary>
    internal void Found(IReadOnlyList<long> ids)
    {
        if (!_hasNews)
        {
            _found.UnionWith(ids);
        }
    }

    /// <summary>Takes a delta. One that brought some of what was found was not another's: it is one of LAPI's own gaps.</summary>
    internal void Take(StreamAnswer delta, bool hasNews)
    {
        var isBrought = _found.Count > 0 && _found.Overlaps(delta.Added.ToIds());
        _hasNews |= hasNews || isBrought;
        _lacked |= _found.Count > 0 && !_hasNews;
        _found = [];
    }

    /// <summary>Takes that the delta listed an end that was known.</summary>
    internal void Hears() => _heardEnds = true;

    /// <summary>Takes that the delta should have listed an end that it did not. LAPI lists each.</summary>
    internal void Lacks() => _lacked = true;

    /// <summary>Draws the conclusion from a delta and what was asked about it.</summary>
    /// <returns>Whether the answer is another one now.</returns>
    internal bool Conclude()
    {
        if (!_hasNews && !_heardEnds && !_lacked)
        {
            return false;
        }

        _missed = ((_missed << 1) | (_lacked ? 1u : 0u)) & ((1u << Window) - 1);
        (_hasNews, _heardEnds, _lacked) = (false, false, false);
        var was = IsShared;
        IsShared = BitOperations.PopCount(_missed) is var count && (IsShared ? count > 0 : count >= Enough);
        return IsShared != was;
    }

    /// <summary>Forgets everything: LAPI is asked by other settings.</summary>
    internal void Reset()
    {
        Clear();
        (_missed, _hasNews, _heardEnds, _lacked, IsShared) = (0, false, false, false, false);
    }

    /// <summary>Forgets what was found: a whole list takes its place.</summary>
    internal void Clear() => _found = [];
}

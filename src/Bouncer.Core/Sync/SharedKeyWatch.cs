using System.Numerics;
using Bouncer.Lapi;

namespace Bouncer.Sync;

/// <summary> Detects that another client pulls with the same key: LAPI sends each change only to the client that pulls first, so
/// this one finds some only by querying. LAPI itself sometimes omits a change; with a shared key, a large part of the changes is
/// missing. </summary>
internal sealed class SharedKeyWatch
{
    private const int Window = 16;
    private const int Enough = 5;

    /// <summary>The last pulls that had, or should have had, changes: one bit each, set if changes were missing.</summary>
    private uint _missed;
    private HashSet<long> _found = [];
    private bool _hasNews;
    private bool _heardEnds;
    private bool _lacked;

    internal bool IsShared { get; private set; }

    /// <summary>Records what was found by a query after a delta. If it was added after that delta, the next one must contain it. After a
    /// delta with news it counts as an omission of LAPI's own: a transaction that overlapped the delta before.</summary>
    internal void Found(IReadOnlyList<long> ids)
    {
        if (!_hasNews)
        {
            _found.UnionWith(ids);
        }
    }

    /// <summary>Records a delta. If it contains some of what was found, no other client received it.</summary>
    internal void Take(StreamAnswer delta, bool hasNews)
    {
        var isBrought = _found.Count > 0 && _found.Overlaps(delta.Added.ToIds());
        _hasNews |= hasNews || isBrought;
        _lacked |= _found.Count > 0 && !_hasNews;
        _found = [];
    }

    /// <summary>Records that the delta listed an end that was expected.</summary>
    internal void Hears() => _heardEnds = true;

    /// <summary>Records that the delta did not list an end that it should have. LAPI lists each end.</summary>
    internal void Lacks() => _lacked = true;

    /// <summary>Evaluates a delta and the queries after it.</summary>
    /// <returns>Whether <see cref="IsShared"/> has changed.</returns>
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

    /// <summary>Forgets everything, because the settings of LAPI have changed.</summary>
    internal void Reset()
    {
        Clear();
        (_missed, _hasNews, _heardEnds, _lacked, IsShared) = (0, false, false, false, false);
    }

    /// <summary>Forgets what was found: a whole list replaces it.</summary>
    internal void Clear() => _found = [];
}

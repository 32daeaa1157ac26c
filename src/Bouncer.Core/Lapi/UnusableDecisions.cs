using System.Collections.ObjectModel;

namespace Bouncer.Lapi;

/// <summary>The decisions of one answer that cannot be used: how many, why, and which. Mostly there is none. Not for several
/// threads.</summary>
internal sealed class UnusableDecisions
{
    /// <summary>So many are known by their ids: more are no longer a few slips, but an answer of something else.</summary>
    private const int MaxKnown = 10_000;

    private Dictionary<string, int>? _byReason;
    private Dictionary<UnusableDecision, long>? _known;
    private Dictionary<long, long>? _ends;

    internal int Count { get; private set; }

    /// <summary>The reasons (constants of <see cref="SkipReason"/>) and how often each occurred.</summary>
    internal IReadOnlyDictionary<string, int> ByReason => _byReason ?? (IReadOnlyDictionary<string, int>)ReadOnlyDictionary<string, int>.Empty;

    /// <summary>When those end whose id could be read, as timestamps.</summary>
    internal IReadOnlyDictionary<long, long> Ends => _ends ?? (IReadOnlyDictionary<long, long>)ReadOnlyDictionary<long, long>.Empty;

    /// <summary>The decisions themselves, up to a bound, and when they end; <see cref="long.MaxValue"/> if that could not be read.</summary>
    internal IReadOnlyDictionary<UnusableDecision, long> Known =>
        _known ?? (IReadOnlyDictionary<UnusableDecision, long>)ReadOnlyDictionary<UnusableDecision, long>.Empty;

    /// <summary>Whether <see cref="Ends"/> has all of them.</summary>
    internal bool AreAllKnown { get; private set; } = true;

    internal void Add(string reason, int count = 1)
    {
        Count += count;
        _byReason ??= new(StringComparer.Ordinal);
        _byReason[reason] = _byReason.GetValueOrDefault(reason) + count;
    }

    /// <param name="reason">Why it cannot be used.</param>
    /// <param name="id">Its id; 0 if it could not be read.</param>
    /// <param name="deadline">When it ends; null if that could not be read.</param>
    /// <param name="substitute">A hash of what could be read besides.</param>
    internal void Add(string reason, long id, long? deadline, long substitute = 0)
    {
        Add(reason);
        _known ??= [];
        if (_known.Count < MaxKnown)
        {
            _known[new(reason, id, substitute)] = deadline ?? long.MaxValue;
        }

        _ends ??= [];
        if (id != 0 && deadline is { } end && _ends.Count < MaxKnown)
        {
            _ends[id] = end;
        }
        else
        {
            AreAllKnown = false;
        }
    }
}

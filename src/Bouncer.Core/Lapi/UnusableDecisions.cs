using System.Collections.ObjectModel;

namespace Bouncer.Lapi;

/// <summary>The unusable decisions of one answer: their number, reasons and ids. Usually empty. Not thread-safe.</summary>
internal sealed class UnusableDecisions
{
    /// <summary>The maximum number remembered by id. More than this are not a few errors: the answer is not a list of
    /// decisions.</summary>
    private const int MaxKnown = 10_000;

    private Dictionary<string, int>? _byReason;
    private Dictionary<UnusableDecision, long>? _known;
    private Dictionary<long, long>? _ends;

    internal int Count { get; private set; }

    /// <summary>The reasons (constants of <see cref="SkipReason"/>) and how often each occurred.</summary>
    internal IReadOnlyDictionary<string, int> ByReason => _byReason ?? (IReadOnlyDictionary<string, int>)ReadOnlyDictionary<string, int>.Empty;

    /// <summary>The ends, as timestamps, of those whose id could be read.</summary>
    internal IReadOnlyDictionary<long, long> Ends => _ends ?? (IReadOnlyDictionary<long, long>)ReadOnlyDictionary<long, long>.Empty;

    /// <summary>The decisions, up to a maximum number, and their ends; <see cref="long.MaxValue"/> if an end could not be read.</summary>
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
    /// <param name="substitute">A hash of the other members that could be read.</param>
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

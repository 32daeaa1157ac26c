using Bouncer.Decisions;

namespace Bouncer.Sync;

/// <summary>The decisions that ended here and that LAPI has not yet listed as ended. It lists each end in the next delta, so
/// one that it does not list may have been moved without a message.</summary>
internal sealed class EndWatch(SharedKeyWatch key, TimeProvider time)
{
    /// <summary>So far before a delta an end must lie for the delta to list it: LAPI rounds durations to seconds.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    private readonly Dictionary<long, long> _recent = [];
    private DecisionRows _ended = new();

    internal void Add(DecisionRows ended)
    {
        ended.AddTo(_ended);
        for (var row = 1; row <= ended.Count; row++)
        {
            _recent[ended[row].Id] = ended[row].Deadline;
        }
    }

    /// <summary>How many ended so short a time ago that LAPI may still count them.</summary>
    internal int CountRecent()
    {
        var (from, _) = DecisionTally.About(time);
        foreach (var (id, deadline) in _recent)
        {
            if (deadline < from)
            {
                _recent.Remove(id);
            }
        }

        return _recent.Count;
    }

    /// <summary>Takes what a delta lists as ended.</summary>
    /// <param name="deleted">The ids.</param>
    /// <param name="asked">When the delta was asked for, as a timestamp.</param>
    /// <returns>The ends that it does not list.</returns>
    internal UnlistedEnds Take(IReadOnlyList<long> deleted, long asked)
    {
        for (var i = 0; i < deleted.Count; i++)
        {
            _recent.Remove(deleted[i]);
        }

        var latest = asked - (long)(Rounding.TotalSeconds * time.TimestampFrequency);
        if (_ended.Count == 0)
        {
            return new UnlistedEnds(_ended, latest);
        }

        var listed = deleted.ToHashSet();
        var unlisted = new DecisionRows();
        for (var row = 1; row <= _ended.Count; row++)
        {
            if (!listed.Contains(_ended[row].Id))
            {
                unlisted.AddFrom(_ended, row);
            }
        }

        if (unlisted.Count < _ended.Count)
        {
            key.Hears();
        }

        _ended = unlisted;
        return new UnlistedEnds(unlisted, latest);
    }

    internal void Clear() => _ended = new();
}

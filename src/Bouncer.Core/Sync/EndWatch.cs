using Bouncer.Decisions;

namespace Bouncer.Sync;

/// <summary>The decisions that ended here and that LAPI has not yet listed as ended. LAPI lists each end in the next delta; if it does
/// not, the end may have been extended without notice.</summary>
internal sealed class EndWatch(SharedKeyWatch key, TimeProvider time)
{
    /// <summary>How long before a delta an end must be for the delta to list it: LAPI rounds durations to seconds.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    private DecisionRows _ended = new();

    internal void Add(DecisionRows ended) => ended.AddTo(_ended);

    /// <summary>The number of those with larger ids than one, which LAPI may still count.</summary>
    internal int CountAbove(long id)
    {
        var count = 0;
        for (var row = 1; row <= _ended.Count; row++)
        {
            count += _ended[row].Id > id ? 1 : 0;
        }

        return count;
    }

    /// <summary>Removes the ends that a delta lists.</summary>
    /// <param name="deleted">The ids.</param>
    /// <param name="asked">When the delta was requested, as a timestamp.</param>
    /// <returns>The ends that it does not list.</returns>
    internal UnlistedEnds Take(IReadOnlyList<long> deleted, long asked)
    {
        if (_ended.Count == 0)
        {
            return new UnlistedEnds(_ended, _ended);
        }

        var latest = asked - (long)(Rounding.TotalSeconds * time.TimestampFrequency);
        var listed = deleted.ToHashSet();
        var (unlisted, overdue, recent) = (new DecisionRows(), new DecisionRows(), new DecisionRows());
        for (var row = 1; row <= _ended.Count; row++)
        {
            if (!listed.Contains(_ended[row].Id))
            {
                unlisted.AddFrom(_ended, row);
                (_ended[row].Deadline <= latest ? overdue : recent).AddFrom(_ended, row);
            }
        }

        if (unlisted.Count < _ended.Count)
        {
            key.Hears();
        }

        _ended = unlisted;
        return new UnlistedEnds(overdue, recent);
    }

    /// <summary>Replaces the ends that are expected.</summary>
    internal void Await(DecisionRows ended) => _ended = ended;

    internal void Clear() => Await(new DecisionRows());
}

using System.Runtime.CompilerServices;

namespace Bouncer.Lookup;

/// <summary>Finds the decisions that end. Decisions are not kept in the order of their ends: a pass over all of them once a minute
/// (a few milliseconds for a million) is cheaper and takes no memory.</summary>
/// <remarks>A decision that is removed before its end is also returned once.</remarks>
internal sealed class DecisionExpiry(DecisionArena held, TimeProvider time)
{
    private readonly long _window = 60 * time.TimestampFrequency;
    private List<int> _due = [];
    private long _horizon = long.MinValue;

    /// <summary>Adds a decision that is newer than the last pass.</summary>
    internal void Add(int row)
    {
        if (held.Rows[row].Deadline < _horizon)
        {
            MarkDue(row);
        }
    }

    /// <summary>Marks the decisions that end within the next one to two minutes.</summary>
    internal void LookAhead(long now)
    {
        if (now + _window >= _horizon)
        {
            var horizon = now + (2 * _window);
            MarkDue(_horizon, horizon);
            _horizon = horizon;
            held.Due.MoveHorizon(horizon);
        }
    }

    /// <summary>Returns the decisions that have ended, each once.</summary>
    internal List<int> TakeEnded(long now)
    {
        LookAhead(now);
        var ended = _due.FindAll(row => held.Rows[row].Deadline <= now);
        if (ended.Count > 0)
        {
            _due = _due.FindAll(row => held.Rows[row].Deadline > now);
        }

        return ended;
    }

    /// <summary>Returns the number of decisions that end between two timestamps; the caller's predicate excludes those that are no
    /// longer held.</summary>
    internal int Count(long from, long to, Predicate<int> isHeld)
    {
        bool IsWithin(int row) => held.Rows[row].Deadline is var deadline && deadline >= from && deadline < to && isHeld(row);
        return to <= _horizon ? _due.Count(IsWithin) : Enumerable.Range(1, held.Rows.Count).Count(IsWithin);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MarkDue(long from, long to)
    {
        for (var row = 1; row <= held.Rows.Count; row++)
        {
            if (held.Rows[row].Deadline is var deadline && deadline >= from && deadline < to)
            {
                MarkDue(row);
            }
        }
    }

    private void MarkDue(int row)
    {
        held.Due.Mark(row);
        _due.Add(row);
    }
}

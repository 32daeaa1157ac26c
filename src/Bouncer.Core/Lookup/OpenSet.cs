using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary>The decisions of one network or value while they are changed: whatever their number, each change costs the
/// same.</summary>
internal sealed class OpenSet
{
    private readonly DecisionRows _rows;
    private readonly HashSet<int> _members = [];
    private readonly Dictionary<DecisionSameness, int> _same = [];

    /// <param name="held">The decisions.</param>
    /// <param name="rows">Those that the set begins with.</param>
    internal OpenSet(HeldDecisions held, ReadOnlySpan<int> rows)
    {
        _rows = held.Rows;
        foreach (var row in rows)
        {
            Add(row);
        }
    }

    /// <summary>What stands for the set once it is another than the one it began as; 0 until then.</summary>
    internal int Number { get; set; }

    internal IReadOnlyCollection<int> Members => _members;

    internal void Add(int row)
    {
        _members.Add(row);
        _same[_rows.Sameness(row)] = row;
    }

    internal bool Remove(int row)
    {
        var sameness = _rows.Sameness(row);
        if (_same.TryGetValue(sameness, out var same) && same == row)
        {
            _same.Remove(sameness);
        }

        return _members.Remove(row);
    }

    /// <summary>The decision that LAPI takes for the same; 0 if there is none.</summary>
    internal int Find(in DecisionSameness sameness) => _same.GetValueOrDefault(sameness);
}

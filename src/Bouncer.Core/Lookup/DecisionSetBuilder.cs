namespace Bouncer.Lookup;

/// <summary>The decisions of one network or value while they are changed. Each change takes the same time, regardless of their
/// number.</summary>
internal sealed class DecisionSetBuilder
{
    private readonly HashSet<int> _members = [];

    /// <param name="rows">The decisions that the set starts with.</param>
    internal DecisionSetBuilder(ReadOnlySpan<int> rows)
    {
        foreach (var row in rows)
        {
            _members.Add(row);
        }
    }

    /// <summary>The number of the set after it differs from the one it started with; 0 until then.</summary>
    internal int Number { get; set; }

    internal IReadOnlyCollection<int> Members => _members;

    internal void Add(int row) => _members.Add(row);

    internal bool Remove(int row) => _members.Remove(row);
}

namespace Bouncer.Lapi;

/// <summary>Counts the decisions of one answer that were unusable. Not for several threads.</summary>
internal sealed class SkippedDecisions
{
    private readonly Dictionary<string, int> _byReason = new(StringComparer.Ordinal);

    internal int Count { get; private set; }

    /// <summary>The reasons (constants of <see cref="SkipReason"/>) and how often each occurred.</summary>
    internal IReadOnlyDictionary<string, int> ByReason => _byReason;

    internal void Add(string reason, int count = 1)
    {
        Count += count;
        _byReason[reason] = _byReason.GetValueOrDefault(reason) + count;
    }
}

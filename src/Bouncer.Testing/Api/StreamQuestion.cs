using Bouncer.Testing.Decisions;

namespace Bouncer.Testing.Api;

/// <summary>The query for one list of a stream answer: live or ended decisions, either all of them or those since a time.</summary>
internal sealed record StreamQuestion(bool Ended, DateTimeOffset Now, DateTimeOffset? Since, DecisionFilter Filter, bool Dedup)
{
    private const int FewEnoughToSort = 30_000;

    // LAPI removes the argument from the query while it reads new rows, so expired rows never include simulated ones.
    public bool IncludesSimulated => !Ended && Filter.IncludeSimulated;

    // By id, the rows after an id, at most a page of them.
    public List<StoredDecision> Page(DecisionTable table, long after, int size, bool simulated) =>
        [.. Candidates(table, after).Where(row => Accepts(table, row, simulated)).Skip(Filter.Offset).Take(size)];

    // All of them by end, as 1.4.6 has them with its index.
    public List<StoredDecision> Whole(DecisionTable table) =>
        [.. Candidates(table, after: 0).Where(row => Accepts(table, row, IncludesSimulated)).OrderBy(row => row.Until).ThenBy(row => row.Id)];

    // As a database plans it: a few ended rows are sorted by id; many are found by a scan over all ids.
    private IEnumerable<StoredDecision> Candidates(DecisionTable table, long after)
    {
        if (Since is not { } since)
        {
            return table.After(after);
        }

        if (!Ended)
        {
            return table.CreatedAfter(since, after);
        }

        var few = table.EndedBetween(since, Now).Take(FewEnoughToSort + 1).ToList();
        return few.Count > FewEnoughToSort ? table.After(after) : few.Where(row => row.Id > after).OrderBy(row => row.Id);
    }

    private bool Accepts(DecisionTable table, StoredDecision row, bool simulated) =>
        IsInTime(row) && (simulated || !row.Simulated) && Filter.Matches(row) && (!Dedup || table.IsLongest(row));

    private bool IsInTime(StoredDecision row) => Ended
        ? row.Until < Now && (Since is null || row.Until > Since)
        : row.Until > Now && (Since is null || row.CreatedAt > Since);
}

namespace LocalApi;

// The four questions the stream asks and the one of a live lookup, over one snapshot of the table.
internal sealed class DecisionQuery(IReadOnlyList<StoredDecision> rows, DecisionFilter filter, bool dedup, DateTimeOffset now, LocalApiDialect dialect)
{
    private static readonly TimeSpan s_expiryOverlap = TimeSpan.FromSeconds(2);

    private readonly Dictionary<(string, string, string), DateTimeOffset>? _longest = dedup ? Longest(rows) : null;

    public List<StoredDecision> Active() => Select(row => row.Until > now, filter.IncludeSimulated);

    public List<StoredDecision> Expired() => Select(row => row.Until < now, includeSimulated: false);

    public List<StoredDecision> ActiveSince(DateTimeOffset? lastPull) =>
        Select(row => row.Until > now && (lastPull is null || row.CreatedAt > lastPull), filter.IncludeSimulated);

    // LAPI consumes the `simulated` argument while it asks for new rows, so expired rows never include simulated ones.
    public List<StoredDecision> ExpiredSince(DateTimeOffset? lastPull) =>
        Select(row => row.Until < now && (lastPull is null || row.Until > lastPull - s_expiryOverlap), includeSimulated: false);

    public List<StoredDecision> Live() =>
        [.. rows.Where(row => row.Until >= now && Passes(row, filter.IncludeSimulated))
            .OrderBy(row => row.Until).ThenBy(row => row.Id)
            .Skip(filter.Offset).Take(filter.Limit)];

    private List<StoredDecision> Select(Func<StoredDecision, bool> inTime, bool includeSimulated)
    {
        var selected = rows.Where(row => inTime(row) && IsLongest(row) && Passes(row, includeSimulated));
        return dialect == LocalApiDialect.V146 ? [.. selected.OrderBy(row => row.Until).ThenBy(row => row.Id)] : [.. selected];
    }

    private bool Passes(StoredDecision row, bool includeSimulated) => (includeSimulated || !row.Simulated) && filter.Matches(row);

    private bool IsLongest(StoredDecision row) => _longest is null || _longest[Key(row)] <= row.Until;

    // Over the whole table: a row the filter leaves out still hides the shorter ones, as LAPI's self join does.
    private static Dictionary<(string, string, string), DateTimeOffset> Longest(IReadOnlyList<StoredDecision> rows)
    {
        var longest = new Dictionary<(string, string, string), DateTimeOffset>(rows.Count);
        foreach (var row in rows)
        {
            if (!longest.TryGetValue(Key(row), out var until) || until < row.Until)
            {
                longest[Key(row)] = row.Until;
            }
        }

        return longest;
    }

    private static (string Scope, string Type, string Value) Key(StoredDecision row) => (row.Scope, row.Type, row.Value);
}

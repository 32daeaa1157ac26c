namespace Bouncer.Testing.Decisions;

/// <summary>The rows, and the orders in which they are queried. Ids increase by one, so an id is an index in a list; the entry is
/// empty before a commit, after a rollback and after a removal. Not thread-safe: the database locks.</summary>
internal sealed class DecisionTable
{
    private readonly List<StoredDecision?> _rows = [];
    private readonly CreationOrder _creation = new();
    private readonly EndOrder _ends = new();
    private readonly ValueIndex _values = new();

    public int Count { get; private set; }

    public long NewId(DateTimeOffset createdAt)
    {
        _rows.Add(null);
        _creation.Add(createdAt);
        return _rows.Count;
    }

    public void Insert(StoredDecision row)
    {
        _rows[Place(row.Id)] = row;
        _ends.Add(row);
        _values.Add(row.Value, row.Id);
        Count++;
    }

    public void SetUntil(StoredDecision row, DateTimeOffset until)
    {
        var changed = row with { Until = until };
        _rows[Place(row.Id)] = changed;
        _ends.Remove(row);
        _ends.Add(changed);
    }

    public void Remove(StoredDecision row)
    {
        _rows[Place(row.Id)] = null;
        _ends.Remove(row);
        _values.Remove(row.Value, row.Id);
        Count--;
    }

    public StoredDecision? Find(long id) => id > 0 && id <= _rows.Count ? _rows[Place(id)] : null;

    // By id. Rows may be changed and removed during enumeration.
    public IEnumerable<StoredDecision> After(long id)
    {
        for (var place = (int)Math.Clamp(id, 0, _rows.Count); place < _rows.Count; place++)
        {
            if (_rows[place] is { } row)
            {
                yield return row;
            }
        }
    }

    // By id; omits some, but not all, of the rows that were created at that time or before.
    public IEnumerable<StoredDecision> CreatedAfter(DateTimeOffset moment, long id) => After(Math.Max(_creation.LastIdUpTo(moment), id));

    // By end.
    public IEnumerable<StoredDecision> EndedBetween(DateTimeOffset after, DateTimeOffset before) =>
        _ends.Between(after, before).Select(id => _rows[Place(id)]!);

    public IEnumerable<StoredDecision> WithValue(string value) => _values.IdsOf(value).Select(id => _rows[Place(id)]!);

    // Checks the whole table: a row that a filter excludes still hides the shorter ones, as in LAPI's self join.
    public bool IsLongest(StoredDecision row)
    {
        foreach (var id in _values.IdsOf(row.Value))
        {
            var other = _rows[Place(id)]!;
            if (other.Until > row.Until && other.Scope == row.Scope && other.Type == row.Type)
            {
                return false;
            }
        }

        return true;
    }

    private static int Place(long id) => (int)(id - 1);
}

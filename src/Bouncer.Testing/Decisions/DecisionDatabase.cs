using Bouncer.Testing.Decisions;

namespace Bouncer.Testing;

/// <summary> The decisions table, in memory. Values are not validated: a hostile or malformed value is stored as given, because
/// tests of a bouncer need them. Thread-safe. </summary>
/// <param name="timeProvider">The clock for creation and expiry; by default the system's clock.</param>
public sealed class DecisionDatabase(TimeProvider? timeProvider = null)
{
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private DecisionTable _table = new();

    /// <summary>The number of stored rows, including expired ones but without those that are not committed.</summary>
    public int Count
    {
        get { lock (_gate) return _table.Count; }
    }

    /// <summary>Every row, including expired ones, ordered by id.</summary>
    public IReadOnlyList<StoredDecision> Snapshot()
    {
        lock (_gate) return [.. _table.After(0)];
    }

    /// <summary>Adds a decision, as <c>cscli decisions add</c> does.</summary>
    /// <param name="value">An address, a range, or a value of another scope.</param>
    /// <param name="duration">The duration from now; by default 4 hours. Zero or less adds an expired row.</param>
    /// <param name="type">The remediation.</param>
    /// <param name="scope">The scope; null for Ip or, if the value contains a slash, Range.</param>
    /// <param name="origin">The origin.</param>
    /// <param name="scenario">The scenario; null for that of a decision added by hand.</param>
    /// <param name="simulated">Whether it is only simulated.</param>
    /// <returns>The id.</returns>
    public long Add(
        string value,
        TimeSpan? duration = null,
        string type = "ban",
        string? scope = null,
        string origin = "cscli",
        string? scenario = null,
        bool simulated = false)
    {
        using var transaction = Begin();
        var id = transaction.Add(value, duration, type, scope, origin, scenario, simulated);
        transaction.Commit();
        return id;
    }

    /// <summary>
    /// Opens a transaction. Several may be open, and be committed in any order, as PostgreSQL and MySQL allow: ids become
    /// visible out of their order, and a pull in between never learns of them by a delta.
    /// </summary>
    public DecisionTransaction Begin()
    {
        lock (_gate) return new DecisionTransaction(this, _table);
    }

    /// <summary>
    /// Begins what a refresh of a community blocklist does in one transaction: the rows of the origin with these values
    /// are removed, and new ones with new ids added.
    /// </summary>
    /// <param name="origin"><c>CAPI</c>, <c>lists</c>; rows of other origins are kept.</param>
    /// <param name="values">The new content of the list.</param>
    /// <param name="duration">The duration from now; by default 4 hours.</param>
    /// <param name="type">The remediation.</param>
    /// <param name="scope">The scope; null for Ip or, if the value contains a slash, Range.</param>
    /// <param name="scenario">The name of the list; null for the scenario of a decision added by hand.</param>
    public DecisionTransaction BeginRefresh(
        string origin, IEnumerable<string> values, TimeSpan? duration = null, string type = "ban", string? scope = null, string? scenario = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        var listed = values.ToHashSet();
        var transaction = Begin();
        transaction.Remove(row => row.Origin == origin && listed.Contains(row.Value));
        foreach (var value in listed)
        {
            transaction.Add(value, duration, type, scope, origin, scenario);
        }

        return transaction;
    }

    /// <summary>Ends a live decision now, as <c>cscli decisions delete --id</c> does: the row stays, expired.</summary>
    /// <returns>False if there is no such live row.</returns>
    public bool Delete(long id) => End(Live(id), until: null) > 0;

    /// <summary>Ends every live decision with exactly this value.</summary>
    /// <returns>The number of rows.</returns>
    public int Delete(string value) => End(table => table.WithValue(value), until: null);

    /// <summary>Ends every live decision that <paramref name="match"/> accepts.</summary>
    /// <param name="match">Selects the decisions.</param>
    /// <param name="until">
    /// When they ended; default now. A moment in the past is what the late batches of a long deletion get, and one more
    /// than 2 s before the last pull is never listed.
    /// </param>
    /// <returns>The number of rows.</returns>
    public int DeleteWhere(Func<StoredDecision, bool> match, DateTimeOffset? until = null)
    {
        ArgumentNullException.ThrowIfNull(match);
        return End(table => table.After(0).Where(match), until);
    }

    /// <summary>Ends every live decision.</summary>
    /// <param name="until">When they ended; default now. See <see cref="DeleteWhere"/>.</param>
    /// <returns>The number of rows.</returns>
    public int DeleteAll(DateTimeOffset? until = null) => DeleteWhere(_ => true, until);

    /// <summary>Extends a live decision without notice: neither its id nor its creation time changes, so no delta contains it.</summary>
    /// <returns>False if there is no such live row.</returns>
    public bool Extend(long id, TimeSpan by) => SetUntil(Live(id), row => row.Until + by) > 0;

    /// <summary>Lets every live decision that <paramref name="match"/> accepts end later, without notice.</summary>
    /// <returns>The number of rows.</returns>
    public int ExtendWhere(Func<StoredDecision, bool> match, TimeSpan by)
    {
        ArgumentNullException.ThrowIfNull(match);
        return SetUntil(table => table.After(0).Where(match), row => row.Until + by);
    }

    /// <summary>Removes every row that <paramref name="match"/> accepts, as <c>cscli alerts delete</c> does: nothing is listed as deleted.</summary>
    /// <returns>The number of rows.</returns>
    public int RemoveWhere(Func<StoredDecision, bool> match)
    {
        using var transaction = Begin();
        var removed = transaction.Remove(match);
        transaction.Commit();
        return removed;
    }

    /// <summary>Removes expired rows, as CrowdSec's flush does: they are no longer listed as deleted.</summary>
    /// <returns>The number of rows.</returns>
    public int Flush()
    {
        var now = _time.GetUtcNow();
        return RemoveWhere(row => row.Until <= now);
    }

    /// <summary>
    /// Removes every row and restarts ids at 1, as if the database file were lost, including everything that is not committed. Nothing is
    /// listed as deleted.
    /// </summary>
    public void Wipe()
    {
        lock (_gate) _table = new DecisionTable();
    }

    internal T Read<T>(Func<DecisionTable, T> question)
    {
        lock (_gate) return question(_table);
    }

    // Assigns an id and its creation time together, so that both increase.
    internal (long Id, DateTimeOffset CreatedAt) NewId(DecisionTable table)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            return (table.NewId(now), now);
        }
    }

    internal void Apply(DecisionTable table, IEnumerable<long> removed, IEnumerable<StoredDecision> added)
    {
        lock (_gate)
        {
            foreach (var row in removed.Select(table.Find).OfType<StoredDecision>())
            {
                table.Remove(row);
            }

            foreach (var row in added)
            {
                table.Insert(row);
            }
        }
    }

    private static Func<DecisionTable, IEnumerable<StoredDecision>> Live(long id) => table => table.Find(id) is { } row ? [row] : [];

    private int End(Func<DecisionTable, IEnumerable<StoredDecision>> which, DateTimeOffset? until)
    {
        var now = _time.GetUtcNow();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(until ?? now, now);
        return SetUntil(which, _ => until ?? now);
    }

    private int SetUntil(Func<DecisionTable, IEnumerable<StoredDecision>> which, Func<StoredDecision, DateTimeOffset> until)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var changed = 0;
            foreach (var row in which(_table).Where(row => row.Until > now))
            {
                _table.SetUntil(row, until(row));
                changed++;
            }

            return changed;
        }
    }
}

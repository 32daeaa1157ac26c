using Bouncer.Testing.Api;
using Bouncer.Testing.Decisions;

namespace Bouncer.Testing;

/// <summary> Additions and removals that become visible together when committed, and not at all when rolled back. Ids and creation
/// times are assigned when a row is added: after a pull between that and the commit, no delta contains the row, and a rollback
/// leaves the id unused. Not thread-safe. </summary>
public sealed class DecisionTransaction : IDisposable
{
    private readonly DecisionDatabase _database;
    private readonly DecisionTable _table;
    private readonly List<StoredDecision> _added = [];
    private readonly HashSet<long> _removed = [];
    private bool _isOver;

    // The table with which it began: after a wipe, its commit has no effect.
    internal DecisionTransaction(DecisionDatabase database, DecisionTable table) => (_database, _table) = (database, table);

    /// <summary>The assigned ids, in order.</summary>
    public IReadOnlyList<long> Ids => _added.ConvertAll(row => row.Id);

    /// <summary>The number of rows that the commit removes.</summary>
    public int Removals => _removed.Count;

    /// <summary>Adds a decision that is not visible until the commit.</summary>
    /// <param name="value">An address, a range, or a value of another scope.</param>
    /// <param name="duration">The duration from now, not from the commit; by default 4 hours. Zero or less adds an expired row.</param>
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
        ArgumentNullException.ThrowIfNull(value);
        ObjectDisposedException.ThrowIf(_isOver, this);
        scope = ScopeNames.Normalize(scope ?? (value.Contains('/', StringComparison.Ordinal) ? ScopeNames.Range : ScopeNames.Ip));
        AddressRange? addresses = scope is ScopeNames.Ip or ScopeNames.Range && AddressRange.TryParse(value, out var range) ? range : null;
        var (id, now) = _database.NewId(_table);
        _added.Add(new StoredDecision(
            id, NewUuid(), now, now + (duration ?? TimeSpan.FromHours(4)), scope, value, type, origin,
            scenario ?? $"manual '{type}' from 'localapi'", simulated) { Addresses = addresses });
        return id;
    }

    /// <summary>Removes every row that is visible now and that <paramref name="match"/> accepts; it stays visible until the
    /// commit.</summary>
    /// <returns>The number of rows.</returns>
    public int Remove(Func<StoredDecision, bool> match)
    {
        ArgumentNullException.ThrowIfNull(match);
        ObjectDisposedException.ThrowIf(_isOver, this);
        var ids = _database.Read(_ => _table.After(0).Where(match).Select(row => row.Id).ToList());
        return ids.Count(_removed.Add);
    }

    /// <summary>Makes all additions and removals visible at the same time. A row that was removed by others in the meantime is
    /// ignored.</summary>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        _isOver = true;
        _database.Apply(_table, _removed, _added);
    }

    /// <summary>Discards the additions and removals; their ids stay used. Does nothing after a commit.</summary>
    public void Rollback() => _isOver = true;

    /// <summary>Rolls back what was not committed.</summary>
    public void Dispose() => Rollback();

    // Need not be secret, and the system's generator takes seconds for a million.
    private static Guid NewUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return new Guid(bytes);
    }
}

using Bouncer.Testing.Api;
using Bouncer.Testing.Decisions;

namespace Bouncer.Testing;

/// <summary>
/// Additions and removals that are seen together when committed, and not at all when rolled back. Ids and moments of
/// creation are given when a row is added: a pull between that and the commit makes every delta miss the row, and a
/// rollback leaves the id unused. For one thread at a time.
/// </summary>
public sealed class DecisionTransaction : IDisposable
{
    private readonly DecisionDatabase _database;
    private readonly DecisionTable _table;
    private readonly List<StoredDecision> _added = [];
    private readonly HashSet<long> _removed = [];
    private bool _isOver;

    // The table it began with: after a wipe its commit reaches nothing.
    internal DecisionTransaction(DecisionDatabase database, DecisionTable table) => (_database, _table) = (database, table);

    /// <summary>The ids given, in their order.</summary>
    public IReadOnlyList<long> Ids => _added.ConvertAll(row => row.Id);

    /// <summary>How many rows the commit removes.</summary>
    public int Removals => _removed.Count;

    /// <summary>Adds a decision, unseen until the commit.</summary>
    /// <param name="value">An address, a range, or what the scope names.</param>
    /// <param name="duration">From now, not from the commit; zero or negative adds an expired row. Default 4 hours.</param>
    /// <param name="type">The remediation.</param>
    /// <param name="scope">Null tells Ip from Range by the value's slash.</param>
    /// <param name="origin">Who decided.</param>
    /// <param name="scenario">Why; null says it was added by hand.</param>
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

    /// <summary>Removes every row that is seen now and that <paramref name="match"/> accepts; until the commit it is still seen.</summary>
    /// <returns>How many.</returns>
    public int Remove(Func<StoredDecision, bool> match)
    {
        ArgumentNullException.ThrowIfNull(match);
        ObjectDisposedException.ThrowIf(_isOver, this);
        var ids = _database.Read(_ => _table.After(0).Where(match).Select(row => row.Id).ToList());
        return ids.Count(_removed.Add);
    }

    /// <summary>Makes additions and removals seen, at once. A row that somebody else removed meanwhile is no fault.</summary>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(_isOver, this);
        _isOver = true;
        _database.Apply(_table, _removed, _added);
    }

    /// <summary>Gives up: nothing was added or removed, but the ids are used up. After a commit it does nothing.</summary>
    public void Rollback() => _isOver = true;

    /// <summary>Rolls back what was not committed.</summary>
    public void Dispose() => Rollback();

    // Need not be secret, and a million of the system's random numbers take seconds.
    private static Guid NewUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return new Guid(bytes);
    }
}

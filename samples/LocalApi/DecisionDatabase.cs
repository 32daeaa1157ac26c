namespace LocalApi;

/// <summary>
/// The decisions table, in memory. Nothing is checked: a hostile or broken value is stored as given, which is what tests
/// of a bouncer need. Safe to use from several threads.
/// </summary>
/// <param name="timeProvider">Tells creation and expiry; default the system's clock.</param>
public sealed class DecisionDatabase(TimeProvider? timeProvider = null)
{
    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly List<StoredDecision> _rows = [];
    private long _lastId;

    /// <summary>How many rows are stored, expired ones included.</summary>
    public int Count
    {
        get { lock (_gate) return _rows.Count; }
    }

    /// <summary>Every row, expired ones included, by id.</summary>
    public IReadOnlyList<StoredDecision> Snapshot()
    {
        lock (_gate) return [.. _rows];
    }

    /// <summary>Adds a decision, as <c>cscli decisions add</c> does.</summary>
    /// <param name="value">An address, a range, or what the scope names.</param>
    /// <param name="duration">From now; zero or negative adds an expired row. Default 4 hours.</param>
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
        scope = ScopeNames.Normalize(scope ?? (value.Contains('/', StringComparison.Ordinal) ? ScopeNames.Range : ScopeNames.Ip));
        AddressRange? addresses = scope is ScopeNames.Ip or ScopeNames.Range && AddressRange.TryParse(value, out var range) ? range : null;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var row = new StoredDecision(
                ++_lastId, Guid.NewGuid(), now, now + (duration ?? TimeSpan.FromHours(4)), scope, value, type, origin,
                scenario ?? $"manual '{type}' from 'localapi'", simulated) { Addresses = addresses };
            _rows.Add(row);
            return row.Id;
        }
    }

    /// <summary>Ends a live decision now, as <c>cscli decisions delete --id</c> does: the row stays, expired.</summary>
    /// <returns>False when there is no such live row.</returns>
    public bool Delete(long id) => DeleteWhere(row => row.Id == id) > 0;

    /// <summary>Ends every live decision with exactly this value.</summary>
    /// <returns>How many.</returns>
    public int Delete(string value) => DeleteWhere(row => row.Value == value);

    /// <summary>Ends every live decision that <paramref name="match"/> accepts.</summary>
    /// <returns>How many.</returns>
    public int DeleteWhere(Func<StoredDecision, bool> match)
    {
        ArgumentNullException.ThrowIfNull(match);
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var ended = 0;
            for (var i = 0; i < _rows.Count; i++)
            {
                if (_rows[i].Until > now && match(_rows[i]))
                {
                    _rows[i] = _rows[i] with { Until = now };
                    ended++;
                }
            }

            return ended;
        }
    }

    /// <summary>Ends every live decision.</summary>
    /// <returns>How many.</returns>
    public int DeleteAll() => DeleteWhere(_ => true);

    /// <summary>Removes expired rows, as CrowdSec's flush does: they are no longer listed as deleted.</summary>
    /// <returns>How many.</returns>
    public int Flush()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            return _rows.RemoveAll(row => row.Until <= now);
        }
    }

    /// <summary>Forgets every row and starts ids again at 1: the database file was lost. Nothing is listed as deleted.</summary>
    public void Wipe()
    {
        lock (_gate)
        {
            _rows.Clear();
            _lastId = 0;
        }
    }
}

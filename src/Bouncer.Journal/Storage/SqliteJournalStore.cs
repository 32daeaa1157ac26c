using System.Data.Common;
using System.Globalization;
using Bouncer.Journal.Entries;
using Bouncer.Journal.Ladder;
using Microsoft.Data.Sqlite;

namespace Bouncer.Journal.Storage;

/// <summary>The journal in a file of SQLite.</summary>
internal sealed class SqliteJournalStore(string path) : SqlJournalStore
{
    // What is deleted is overwritten, and nothing is written to temporary files.
    private const string Pragmas = "PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;";

    private readonly string _connection = new SqliteConnectionStringBuilder { DataSource = path }.ConnectionString;
    private volatile bool _wasOpen;

    protected override string Schema =>
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS bouncer_reason (
          id INTEGER PRIMARY KEY, remediation TEXT NOT NULL, outcome TEXT NOT NULL, policy TEXT NOT NULL, origin TEXT NOT NULL, scenario TEXT NOT NULL,
          UNIQUE (remediation, outcome, policy, origin, scenario));
        CREATE TABLE IF NOT EXISTS bouncer_event (
          id INTEGER PRIMARY KEY, time INTEGER NOT NULL, network BLOB NOT NULL, reason INTEGER NOT NULL REFERENCES bouncer_reason, decision INTEGER, reference TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS bouncer_event_time ON bouncer_event (time);
        CREATE INDEX IF NOT EXISTS bouncer_event_network ON bouncer_event (network);
        CREATE TABLE IF NOT EXISTS bouncer_summary (
          exactness INTEGER NOT NULL, time INTEGER NOT NULL, network BLOB NOT NULL, reason INTEGER NOT NULL REFERENCES bouncer_reason, count INTEGER NOT NULL,
          PRIMARY KEY (exactness, time, network, reason)) WITHOUT ROWID;
        """;

    public override async Task AddAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var numbers = await NumberAsync(connection, events.Select(static one => one.Reason).Distinct(), cancellationToken).ConfigureAwait(false);
        await using var add = Command(
            connection,
            "INSERT INTO bouncer_event (time, network, reason, decision, reference) VALUES (@time, @network, @reason, @decision, @reference)",
            ("time", 0L), ("network", Array.Empty<byte>()), ("reason", 0L), ("decision", DBNull.Value), ("reference", ""));
        await add.PrepareAsync(cancellationToken).ConfigureAwait(false);
        var values = add.Parameters;
        foreach (var one in events)
        {
            (values[0].Value, values[1].Value) = (Stamp(one.Time), Coarse.BytesOf(one.Client));
            (values[2].Value, values[3].Value, values[4].Value) = (numbers[one.Reason], (object?)one.Decision ?? DBNull.Value, one.Reference);

            // SQLite has no calls that wait: the asynchronous ones of its package run as these do.
            add.ExecuteNonQuery();
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public override Task TidyAsync(CancellationToken cancellationToken) => ScrubAsync(cancellationToken);

    protected override async Task ScrubAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var checkpoint = Command(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        if (Convert.ToInt64(await checkpoint.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture) != 0)
        {
            throw new JournalException("The journal is being read, so what was deleted is still in its write-ahead log. Try again when the reader is done.");
        }
    }

    public override ValueTask DisposeAsync()
    {
        SqliteConnection.ClearPool(new SqliteConnection(_connection));
        return base.DisposeAsync();
    }

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            if (_wasOpen)
            {
                // Connections to the removed file would remove those beside a new one when they are closed.
                throw new JournalException($"The file '{path}' was removed while it was in use. Restart the application to begin a new one.");
            }

            CreateFile();
        }

        _wasOpen = true;
        var connection = new SqliteConnection(_connection);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var pragmas = Command(connection, Pragmas);
            await pragmas.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates the file so that other users cannot read it; the files beside it get its mode.</summary>
    private void CreateFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
    }

    /// <summary>A transaction of SQLite's package excludes other writers from its beginning.</summary>
    protected override Task LockAsync(DbConnection connection, CancellationToken cancellationToken) => Task.CompletedTask;
}

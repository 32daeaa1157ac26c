using System.Data.Common;
using Bouncer.Journal.Entries;
using Bouncer.Journal.Ladder;
using Npgsql;
using NpgsqlTypes;

namespace Bouncer.Journal.Storage;

/// <summary>The journal in a database of PostgreSQL, which many instances can share.</summary>
internal sealed class PostgreSqlJournalStore(string connectionString) : SqlJournalStore
{
    /// <summary>The number of the lock that is held while entries step down, or tables are created.</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(7160411232401)";

    private readonly NpgsqlDataSource _source = new NpgsqlSlimDataSourceBuilder(connectionString).EnableTransportSecurity().Build();

    protected override string Schema =>
        $"""
        BEGIN;
        {Lock};
        CREATE TABLE IF NOT EXISTS bouncer_reason (
          id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, remediation TEXT NOT NULL, outcome TEXT NOT NULL, policy TEXT NOT NULL, origin TEXT NOT NULL, scenario TEXT NOT NULL,
          UNIQUE (remediation, outcome, policy, origin, scenario));
        CREATE TABLE IF NOT EXISTS bouncer_event (
          id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, time BIGINT NOT NULL, network BYTEA NOT NULL, reason BIGINT NOT NULL REFERENCES bouncer_reason, decision BIGINT, reference TEXT NOT NULL);
        CREATE INDEX IF NOT EXISTS bouncer_event_time ON bouncer_event (time);
        CREATE INDEX IF NOT EXISTS bouncer_event_network ON bouncer_event (network);
        CREATE TABLE IF NOT EXISTS bouncer_summary (
          exactness BIGINT NOT NULL, time BIGINT NOT NULL, network BYTEA NOT NULL, reason BIGINT NOT NULL REFERENCES bouncer_reason, count BIGINT NOT NULL,
          PRIMARY KEY (exactness, time, network, reason));
        COMMIT;
        """;

    public override async Task AddAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var numbers = await NumberAsync(connection, events.Select(static one => one.Reason).Distinct(), cancellationToken).ConfigureAwait(false);
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY bouncer_event (time, network, reason, decision, reference) FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false))
        {
            foreach (var one in events)
            {
                await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
                await copy.WriteAsync(Stamp(one.Time), NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
                await copy.WriteAsync(Coarse.BytesOf(one.Client), NpgsqlDbType.Bytea, cancellationToken).ConfigureAwait(false);
                await copy.WriteAsync(numbers[one.Reason], NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
                if (one.Decision is { } decision)
                {
                    await copy.WriteAsync(decision, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await copy.WriteNullAsync(cancellationToken).ConfigureAwait(false);
                }

                await copy.WriteAsync(one.Reference, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            }

            await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <remarks>A vacuum frees what was deleted, and overwrites it only when the room is used again; the table is written once more
    /// instead.</remarks>
    protected override async Task ScrubAsync(CancellationToken cancellationToken)
    {
        await using var vacuum = _source.CreateCommand("VACUUM FULL bouncer_event");
        await vacuum.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task TidyAsync(CancellationToken cancellationToken)
    {
        await using var vacuum = _source.CreateCommand("VACUUM bouncer_event, bouncer_summary");
        await vacuum.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken) =>
        await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);

    protected override async Task LockAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var take = Command(connection, Lock);
        await take.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}

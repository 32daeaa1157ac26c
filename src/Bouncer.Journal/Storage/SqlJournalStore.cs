using System.Buffers.Binary;
using System.Data.Common;
using System.Net;
using System.Runtime.CompilerServices;
using Bouncer.Journal.Entries;
using Bouncer.Journal.Ladder;

namespace Bouncer.Journal.Storage;

/// <summary>The part of the journal's SQL that SQLite and PostgreSQL understand alike. Times are milliseconds since 1970.</summary>
internal abstract class SqlJournalStore : IJournalStore
{
    private const string ReadEvents =
        "SELECT time, network, remediation, outcome, policy, origin, scenario, decision, reference FROM bouncer_event JOIN bouncer_reason ON reason = bouncer_reason.id";

    private const string ReadSummaries =
        "SELECT exactness, time, network, remediation, outcome, policy, origin, scenario, count FROM bouncer_summary JOIN bouncer_reason ON reason = bouncer_reason.id";

    private readonly SemaphoreSlim _creating = new(1);
    private volatile bool _isCreated;

    /// <summary>The statements that create the tables.</summary>
    protected abstract string Schema { get; }

    public abstract Task AddAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken);

    public async Task<int> StepDownAsync(LadderStep step, DateTime from, DateTime before, int most, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await LockAsync(connection, cancellationToken).ConfigureAwait(false);
        var (taken, sums) = (0, new Dictionary<SummaryKey, long>());
        await using (var take = Take(connection, step, from, before, most))
        await using (var rows = await take.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                taken++;
                if (step.To is { } precision)
                {
                    var key = new SummaryKey(Coarse.Time(precision, Moment(rows.GetInt64(0))), Coarse.Network(precision, (byte[])rows.GetValue(1)), rows.GetInt64(2));
                    sums[key] = sums.GetValueOrDefault(key) + rows.GetInt64(3);
                }
            }
        }

        if (step.To is { } to)
        {
            await SumUpAsync(connection, to, sums, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return taken;
    }

    public async IAsyncEnumerable<JournalEntry> ReadAsync(DateTime from, DateTime before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (var read = Command(connection, ReadSummaries + " WHERE time >= @from AND time < @before ORDER BY time", ("from", Stamp(from)), ("before", Stamp(before))))
        await using (var rows = await read.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return ToEntry((Precision)rows.GetInt64(0), rows, 1, null, null, rows.GetInt64(8));
            }
        }

        await using (var read = Command(connection, ReadEvents + " WHERE time >= @from AND time < @before ORDER BY time", ("from", Stamp(from)), ("before", Stamp(before))))
        await using (var rows = await read.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return ToEvent(rows);
            }
        }
    }

    public async IAsyncEnumerable<JournalEntry> FindAsync(IPAddress address, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var read = Command(connection, ReadEvents + " WHERE network = @network ORDER BY time", ("network", Coarse.BytesOf(address)));
        await using var rows = await read.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return ToEvent(rows);
        }
    }

    public async Task<int> EraseAsync(IPAddress address, CancellationToken cancellationToken)
    {
        int erased;
        await using (var connection = await OpenAsync(cancellationToken).ConfigureAwait(false))
        await using (var erase = Command(connection, "DELETE FROM bouncer_event WHERE network = @network", ("network", Coarse.BytesOf(address))))
        {
            erased = await erase.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await ScrubAsync(cancellationToken).ConfigureAwait(false);
        return erased;
    }

    public abstract Task TidyAsync(CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync()
    {
        _creating.Dispose();
        return default;
    }

    /// <summary>Removes from the files what deleted rows left in them.</summary>
    protected abstract Task ScrubAsync(CancellationToken cancellationToken);

    protected static long Stamp(DateTime time) => (long)Math.Floor((time - DateTime.UnixEpoch).TotalMilliseconds);

    /// <summary>Opens a connection to a database that may have no tables yet.</summary>
    protected abstract Task<DbConnection> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Opens a connection to a database that has the tables.</summary>
    protected async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await CreateAsync(connection, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Excludes other instances from the rest of the transaction.</summary>
    protected abstract Task LockAsync(DbConnection connection, CancellationToken cancellationToken);

    protected static DbCommand Command(DbConnection connection, string text, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Finds the numbers of reasons; adds those that the database does not have.</summary>
    protected static async Task<Dictionary<JournalReason, long>> NumberAsync(DbConnection connection, IEnumerable<JournalReason> reasons, CancellationToken cancellationToken)
    {
        // In one order, so that instances that share a database do not wait for each other in a circle.
        var numbers = new Dictionary<JournalReason, long>();
        foreach (var reason in reasons.OrderBy(static reason => reason.ToString(), StringComparer.Ordinal))
        {
            await using var find = Command(
                connection,
                """
                INSERT INTO bouncer_reason (remediation, outcome, policy, origin, scenario) VALUES (@remediation, @outcome, @policy, @origin, @scenario)
                ON CONFLICT (remediation, outcome, policy, origin, scenario) DO UPDATE SET remediation = excluded.remediation RETURNING id
                """,
                ("remediation", reason.Remediation), ("outcome", reason.Outcome), ("policy", reason.Policy), ("origin", reason.Origin), ("scenario", reason.Scenario));
            numbers.Add(reason, (long)(await find.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!);
        }

        return numbers;
    }

    private async Task CreateAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        if (_isCreated)
        {
            return;
        }

        await _creating.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var create = Command(connection, Schema);
            await create.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            _isCreated = true;
        }
        finally
        {
            _creating.Release();
        }
    }

    private static DbCommand Take(DbConnection connection, LadderStep step, DateTime from, DateTime before, int most) => step.From == Precision.Exact
        ? Command(
            connection,
            """
            DELETE FROM bouncer_event WHERE id IN (SELECT id FROM bouncer_event WHERE time >= @from AND time < @before ORDER BY time LIMIT @most)
            RETURNING time, network, reason, CAST(1 AS BIGINT)
            """,
            ("from", Stamp(from)), ("before", Stamp(before)), ("most", most))
        : Command(
            connection,
            """
            DELETE FROM bouncer_summary WHERE (exactness, time, network, reason) IN
              (SELECT exactness, time, network, reason FROM bouncer_summary WHERE exactness = @exactness AND time >= @from AND time < @before ORDER BY time LIMIT @most)
            RETURNING time, network, reason, count
            """,
            ("exactness", (long)step.From), ("from", Stamp(from)), ("before", Stamp(before)), ("most", most));

    private static async Task SumUpAsync(DbConnection connection, Precision precision, Dictionary<SummaryKey, long> sums, CancellationToken cancellationToken)
    {
        await using var add = Command(
            connection,
            """
            INSERT INTO bouncer_summary (exactness, time, network, reason, count) VALUES (@exactness, @time, @network, @reason, @count)
            ON CONFLICT (exactness, time, network, reason) DO UPDATE SET count = bouncer_summary.count + excluded.count
            """,
            ("exactness", (long)precision), ("time", 0L), ("network", Array.Empty<byte>()), ("reason", 0L), ("count", 0L));
        await add.PrepareAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (key, count) in sums)
        {
            (add.Parameters["time"].Value, add.Parameters["network"].Value) = (Stamp(key.Time), key.Network);
            (add.Parameters["reason"].Value, add.Parameters["count"].Value) = (key.Reason, count);
            await add.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static JournalEntry ToEvent(DbDataReader rows) => ToEntry(Precision.Exact, rows, 0, rows.IsDBNull(7) ? null : rows.GetInt64(7), rows.GetString(8), 1);

    /// <param name="precision">How exact the entry is.</param>
    /// <param name="rows">The row.</param>
    /// <param name="first">The column of the time, which network and reason follow.</param>
    /// <param name="decision">The decision's id.</param>
    /// <param name="reference">The reference that the visitor saw.</param>
    /// <param name="count">How many events it stands for.</param>
    private static JournalEntry ToEntry(Precision precision, DbDataReader rows, int first, long? decision, string? reference, long count)
    {
        var (from, network) = (Moment(rows.GetInt64(first)), (byte[])rows.GetValue(first + 1));
        var until = precision switch
        {
            Precision.Exact => from,
            Precision.Quarter => from.AddHours(6),
            Precision.Day => from.AddDays(1),
            _ => from.AddDays(7),
        };
        var address = network.Length == 0 ? null : new IPAddress(network);
        return new(
            from,
            until,
            address is null ? null : new IPNetwork(address, Coarse.LengthOf(precision, address.AddressFamily)),
            rows.GetString(first + 2),
            rows.GetString(first + 3),
            rows.GetString(first + 4),
            rows.GetString(first + 5),
            rows.GetString(first + 6),
            decision,
            reference,
            count);
    }

    private static DateTime Moment(long stamp) => DateTime.UnixEpoch.AddMilliseconds(stamp);

    private readonly record struct SummaryKey(DateTime Time, UInt128 Address, int Length, long Reason)
    {
        internal SummaryKey(DateTime time, byte[] network, long reason)
            : this(time, ToNumber(network), network.Length, reason)
        {
        }

        internal byte[] Network
        {
            get
            {
                var bytes = new byte[16];
                BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
                return bytes[..Length];
            }
        }

        private static UInt128 ToNumber(byte[] network)
        {
            var bytes = new byte[16];
            network.CopyTo(bytes, 0);
            return BinaryPrimitives.ReadUInt128BigEndian(bytes);
        }
    }
}

using System.Net;
using Bouncer.Journal.Entries;
using Bouncer.Journal.Retention;
using Bouncer.Journal.Storage;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Bouncer.Journal.Tests.Storage;

/// <summary>A journal in SQLite, or in PostgreSQL if there is a server, in a folder or database of its own, and a clock.</summary>
internal sealed class JournalFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal");

    private JournalFixture(string? database, DateTime start)
    {
        Clock = new TestClock(start);
        Store = database is null ? new SqliteJournalStore(File) : new PostgreSqlJournalStore(database);
    }

    internal string File => Path.Combine(_folder.FullName, "journal.db");

    internal TestClock Clock { get; }

    internal IJournalStore Store { get; }

    internal FakeLogCollector Log { get; } = new();

    internal string[] Files => [.. _folder.GetFiles().Select(file => file.FullName)];

    internal static async Task<JournalFixture> StartAsync(PostgreSqlServer? server, string start = "2020-12-03T14:55:12Z") =>
        new(server is null ? null : await server.CreateDatabaseAsync(), DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime);

    internal Task AddAsync(string? address, string? time = null, string remediation = "ban", long? decision = 7) =>
        Store.AddAsync([Event(address, time, remediation, decision)], TestContext.Current.CancellationToken);

    internal JournalEvent Event(string? address, string? time = null, string remediation = "ban", long? decision = 7) => new(
        time is null ? Clock.GetUtcNow().UtcDateTime : DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime,
        address is null ? null : IPAddress.Parse(address),
        new(remediation, "handled", "default", "crowdsec", "crowdsecurity/http-probing"),
        decision,
        "BCDFGHJK");

    /// <summary>Runs the ladder at a time.</summary>
    internal Task StepDownAsync(string now, int deleteAfterMonths = 24)
    {
        Clock.StepWallClock(DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture) - Clock.GetUtcNow());
        return new RetentionLadder(
            Store, Options.Create(new JournalOptions { DeleteAfterMonths = deleteAfterMonths }), Clock, LoggerFactory.Create(logging => logging.AddProvider(new FakeLoggerProvider(Log))).CreateLogger<RetentionLadder>())
            .RunAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>All entries, one a line.</summary>
    internal async Task<string> DumpAsync()
    {
        var lines = new List<string>();
        await foreach (var entry in Store.ReadAsync(DateTime.UnixEpoch, DateTime.UnixEpoch.AddYears(200), TestContext.Current.CancellationToken))
        {
            lines.Add($"{entry.From:yyyy-MM-ddTHH:mm:ss}/{entry.Until:yyyy-MM-ddTHH:mm:ss} {entry.Network} {entry.Remediation} {entry.Decision} {entry.Reference} x{entry.Count}");
        }

        return string.Join('\n', lines);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

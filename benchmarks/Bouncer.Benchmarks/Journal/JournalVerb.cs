using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Bouncer.Benchmarks.Verbs;
using Bouncer.Journal;
using Bouncer.Journal.Entries;
using Bouncer.Journal.Retention;
using Bouncer.Journal.Storage;
using Bouncer.Journal.Telemetry;
using Bouncer.Journal.Writing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bouncer.Benchmarks.Journal;

/// <summary>Verb <c>journal</c>: what the journal takes of requests, and how fast it degrades many rows.</summary>
internal static class JournalVerb
{
    private const int PerMillisecond = 50;

    internal static Verb Verb { get; } = new(
        "journal",
        """
        journal --rows N --seconds S [--postgresql CONNECTION]
          Offers 50,000 events a second for S seconds to a journal in SQLite or PostgreSQL, as requests do. Then writes N rows of the last
          two years into it, and runs the ladder over them. Prints one line of JSON:
            offered, dropped                   events            take_ns, take_bytes   a request's share: to hand over an event
            write_rows_per_second              of N rows         ladder_ms             the whole run
            ladder_peak_bytes                  the largest managed heap while the ladder ran
            rows_after                         entries that the ladder made of N
        """,
        ["rows", "seconds", "postgresql"],
        RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var folder = Directory.CreateTempSubdirectory("journal");
        try
        {
            var options = new JournalOptions { Path = Path.Combine(folder.FullName, "journal.db"), PostgreSql = arguments.TextOrNull("postgresql") };
            var (offered, dropped, nanoseconds, bytes) = await OfferAsync(options, arguments.Number("seconds", 1, 60));
            await using var store = Open(options);
            var rows = arguments.Number("rows", 1, 100_000_000);
            var began = Stopwatch.GetTimestamp();
            await WriteAsync(store, rows);
            var written = Stopwatch.GetElapsedTime(began);
            GC.Collect();
            began = Stopwatch.GetTimestamp();
            var ladder = new RetentionLadder(store, Options.Create(options), TimeProvider.System, NullLogger<RetentionLadder>.Instance);
            var running = Task.Run(() => ladder.RunAsync(CancellationToken.None));
            var peak = 0L;
            while (await Task.WhenAny(running, Task.Delay(20)) != running)
            {
                peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
            }

            await running;
            var took = Stopwatch.GetElapsedTime(began);
            var after = await store.ReadAsync(DateTime.UnixEpoch, DateTime.UtcNow.AddDays(1), CancellationToken.None).CountAsync();
            FiguresJson.Print(
                new JournalFigures(offered, dropped, Samples.Round(nanoseconds), bytes, (long)(rows / written.TotalSeconds), (long)took.TotalMilliseconds, peak, after),
                FiguresJson.Default.JournalFigures);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(long Offered, long Dropped, double Nanoseconds, long Bytes)> OfferAsync(JournalOptions options, int seconds)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var store = Open(options);
        var metrics = new JournalMetrics(services.GetRequiredService<IMeterFactory>());
        var queue = new JournalQueue(metrics, TimeProvider.System);
        using var writer = new JournalWriter(queue, store, metrics, TimeProvider.System, NullLogger<JournalWriter>.Instance);
        await writer.StartAsync(CancellationToken.None);
        using var dropped = new DroppedEvents();
        var decision = new Decision { Id = 7, Origin = "crowdsec", Scenario = "crowdsecurity/http-probing", Value = "192.0.2.1", Scope = DecisionScope.Ip, Remediation = Remediation.Ban };
        var clients = Array.ConvertAll(new int[4096], _ => new IPAddress(Random.Shared.NextInt64(1, uint.MaxValue)));
        var (taking, offered, before, began) = (0L, 0L, GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var millisecond = 0; millisecond < seconds * 1000; millisecond++)
        {
            var from = Stopwatch.GetTimestamp();
            for (var i = 0; i < PerMillisecond; i++, offered++)
            {
                queue.Take(new(clients[offered % clients.Length], Remediation.Ban, "handled", "default", decision, "BCDFGHJK"));
            }

            taking += Stopwatch.GetTimestamp() - from;
            while (Stopwatch.GetElapsedTime(began).TotalMilliseconds < millisecond)
            {
                Thread.Yield();
            }
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        await queue.FlushAsync(CancellationToken.None);
        await writer.StopAsync(CancellationToken.None);
        return (offered, dropped.Count, Stopwatch.GetElapsedTime(0, taking).TotalNanoseconds / offered, allocated / offered);
    }

    private static async Task WriteAsync(IJournalStore store, int rows)
    {
        var (random, now) = (new Random(1), DateTime.UtcNow);
        var reasons = Array.ConvertAll(["ban", "captcha", "throttle"], remediation => new JournalReason(remediation, "handled", "default", "crowdsec", "crowdsecurity/http-probing"));
        for (var written = 0; written < rows; written += 8192)
        {
            JournalEvent[] batch = [.. Enumerable.Range(0, Math.Min(8192, rows - written)).Select(_ =>
                new JournalEvent(now.AddSeconds(-random.Next(2 * 365 * 86_400)), new IPAddress(random.NextInt64(1, 1 << 24)), reasons[random.Next(3)], 7, "BCDFGHJK"))];
            await store.AddAsync(batch, CancellationToken.None);
        }
    }

    private static IJournalStore Open(JournalOptions options) =>
        options.PostgreSql is { } connection ? new PostgreSqlJournalStore(connection) : new SqliteJournalStore(options.Path);
}

using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Text;
using Bouncer.TestUtils;
using Bouncer.Testing.Api;

namespace Bouncer.Testing.Tests;

/// <summary>The newest dialect answers what a CrowdSec 1.7.8 answered to the same requests; only durations and uuids may differ.</summary>
public sealed partial class RecordingTests
{
    private const string Key = "testkey123";

    [Fact]
    public async Task Newest_RecordedSession_AnswersTheSame()
    {
        var clock = new TestClock();
        await using var server = await StartAsync(clock);

        Assert.Equal(40, await PlayAsync("lapi-1.7.8.txt", server, clock));
    }

    [Fact]
    public async Task Newest_RecordedOverlaps_AnswersTheSame()
    {
        var clock = new TestClock();
        await using var server = await StartAsync(clock);
        for (var id = 1; id <= 12; id++)
        {
            _ = id switch
            {
                2 => server.Database.Add("198.51.100.0/24", TimeSpan.FromMinutes(30), "captcha", scenario: "manual 'captcha' from 'machine1'"),
                8 => server.Database.Add("203.0.113.0/24", TimeSpan.FromHours(1), scenario: "manual 'ban' from 'machine1'"),
                _ => server.Database.Add($"192.0.2.{100 + id}", TimeSpan.FromHours(1), scenario: "other"),
            };
        }

        clock.Advance(TimeSpan.FromSeconds(1));
        server.Database.Delete(8);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        using (var probe = new LapiProbe(server.Url, Key))
        {
            await probe.StreamAsync();
        }

        clock.Advance(TimeSpan.FromSeconds(65));

        Assert.Equal(12, await PlayAsync("lapi-1.7.8-overlaps.txt", server, clock));
    }

    [Fact]
    public async Task Newest_RecordedAudit_AnswersTheSame()
    {
        var clock = new TestClock();
        await using var server = await StartAsync(clock);

        Assert.Equal(77, await PlayAsync("lapi-1.7.8-audit.txt", server, clock));
    }

    private static Task<LocalApiServer> StartAsync(TestClock clock) =>
        LocalApiServer.StartAsync(new LocalApiOptions { ApiKey = Key, TimeProvider = clock });

    private static async Task<int> PlayAsync(string name, LocalApiServer server, TestClock clock)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        var exchanges = 0;
        string? lastContent = null;
        foreach (var step in Recording.Load(name).Steps)
        {
            switch (step)
            {
                case Recording.Wait wait:
                    clock.Advance(TimeSpan.FromSeconds(wait.Seconds));
                    break;
                case Recording.Command command:
                    Run(command.Arguments, server.Database);
                    clock.Advance(TimeSpan.FromMilliseconds(100));
                    break;
                case Recording.Statement statement:
                    Run(statement.Sql, server.Faults);
                    break;
                case Recording.Exchange exchange:
                    lastContent = exchange.Content ?? lastContent;
                    await CompareAsync(http, exchange, lastContent);
                    clock.Advance(TimeSpan.FromMilliseconds(20));
                    exchanges++;
                    break;
            }
        }

        return exchanges;
    }

    private static void Run(string[] arguments, DecisionDatabase database)
    {
        string? Option(params string[] names) => arguments.Index().Where(a => names.Contains(a.Item)).Select(a => arguments[a.Index + 1]).FirstOrDefault();
        var value = Option("-i", "-r", "-v");
        if (arguments[0] == "alerts")
        {
            Assert.NotEqual(0, database.RemoveWhere(row => row.Value == value));
        }
        else if (arguments[1] == "add")
        {
            Assert.True(GoDuration.TryParse(Option("-d")!, out var duration));
            var type = Option("-t")!;
            database.Add(value!, duration, type, Option("--scope"), scenario: Option("-R") ?? $"manual '{type}' from 'machine1'");
        }
        else if (Option("--id") is { } id)
        {
            Assert.True(database.Delete(long.Parse(id, System.Globalization.CultureInfo.InvariantCulture)));
        }
        else
        {
            Assert.Equal(1, database.Delete(value!));
        }
    }

    // The table is away while it has another name.
    private static void Run(string sql, FaultPlan faults)
    {
        if (sql.StartsWith("ALTER TABLE decisions ", StringComparison.Ordinal))
        {
            faults.Add(new Fault { Database = true });
        }
        else
        {
            faults.Clear();
        }
    }

    private static async Task CompareAsync(HttpClient http, Recording.Exchange exchange, string? lastContent)
    {
        using var request = new HttpRequestMessage(exchange.Method, exchange.Path);
        foreach (var header in exchange.Headers.Where(header => header.StartsWith("X-Api-Key", StringComparison.Ordinal)))
        {
            request.Headers.Add("X-Api-Key", header["X-Api-Key: ".Length..]);
        }

        if (exchange.Method == HttpMethod.Post)
        {
            request.Content = Content(exchange, lastContent!);
        }

        using var answer = await http.SendAsync(request);

        var isPart = Part().IsMatch(exchange.Path);
        Assert.Equal(
            $"{exchange.Title}: {exchange.Status} {exchange.ContentType}\n{Normalize(exchange.Answer, isPart)}",
            $"{exchange.Title}: {(int)answer.StatusCode} {answer.Content.Headers.ContentType}\n{Normalize(await answer.Content.ReadAsStringAsync(), isPart)}");
    }

    // The recorder piped the gzip-encoded body: it was the one before.
    private static ByteArrayContent Content(Recording.Exchange exchange, string lastContent)
    {
        var bytes = Encoding.UTF8.GetBytes(lastContent);
        if (!exchange.Headers.Contains("Content-Encoding: gzip"))
        {
            return new ByteArrayContent(bytes);
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress))
        {
            gzip.Write(bytes);
        }

        return new ByteArrayContent(packed.ToArray()) { Headers = { ContentEncoding = { "gzip" } } };
    }

    // A duration keeps its sign; one that is not in whole seconds stays as it is, and so differs. Which rows a part of a live
    // answer holds is the database's choice: only their number is compared.
    private static string Normalize(string answer, bool isPart) => isPart && answer.StartsWith('[')
        ? $"{Duration().Count(answer)} rows"
        : Duration().Replace(Uuid().Replace(answer, "UUID"), match =>
            match.Value.Contains('-', StringComparison.Ordinal) || match.Value.EndsWith("\"0s\"", StringComparison.Ordinal) ? "ENDED" : "HELD");

    [GeneratedRegex("^v1/decisions\\?(.*&)?(limit|offset)=")]
    private static partial Regex Part();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex("\"duration\":\"-?(\\d+h)?(\\d+m)?\\d+s\"")]
    private static partial Regex Duration();
}

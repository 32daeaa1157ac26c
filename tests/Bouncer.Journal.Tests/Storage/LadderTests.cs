using System.Text;

namespace Bouncer.Journal.Tests.Storage;

/// <summary>The retention ladder over a real database (P3): every date and edge.</summary>
public abstract class LadderTests(PostgreSqlServer? server)
{
    [Fact]
    public async Task P3_Entry_GoesDownStepByStep()
    {
        await using var journal = await JournalFixture.StartAsync(server);
        await journal.AddAsync("22.33.44.55");
        await AssertAsync(journal, "2021-03-03T14:55:11Z", "2020-12-03T14:55:12/2020-12-03T14:55:12 22.33.44.55/32 ban 7 BCDFGHJK x1");
        await AssertAsync(journal, "2021-03-03T14:55:12Z", "2020-12-03T12:00:00/2020-12-03T18:00:00 22.33.44.48/28 ban   x1");
        await AssertAsync(journal, "2021-06-03T11:59:59Z", "2020-12-03T12:00:00/2020-12-03T18:00:00 22.33.44.48/28 ban   x1");
        await AssertAsync(journal, "2021-06-03T14:55:12Z", "2020-12-03T00:00:00/2020-12-04T00:00:00 22.33.44.0/24 ban   x1");
        await AssertAsync(journal, "2021-12-02T23:59:59Z", "2020-12-03T00:00:00/2020-12-04T00:00:00 22.33.44.0/24 ban   x1");
        await AssertAsync(journal, "2021-12-03T14:55:12Z", "2020-11-30T00:00:00/2020-12-07T00:00:00 22.33.44.0/24 ban   x1");
        await AssertAsync(journal, "2022-11-29T23:59:59Z", "2020-11-30T00:00:00/2020-12-07T00:00:00 22.33.44.0/24 ban   x1");
        await AssertAsync(journal, "2022-12-03T14:55:12Z", "");
    }

    [Theory]
    [InlineData("2020-11-30T10:00:00Z", "2021-02-28T09:59:59Z", "2020-11-30T10:00:00/2020-11-30T10:00:00 192.0.2.17/32")]
    [InlineData("2020-11-30T10:00:00Z", "2021-02-28T10:00:00Z", "2020-11-30T06:00:00/2020-11-30T12:00:00 192.0.2.16/28")]
    [InlineData("2020-12-03T18:00:00Z", "2021-03-04T00:00:00Z", "2020-12-03T18:00:00/2020-12-04T00:00:00 192.0.2.16/28")]
    [InlineData("2020-12-03T17:59:59Z", "2021-03-04T00:00:00Z", "2020-12-03T12:00:00/2020-12-03T18:00:00 192.0.2.16/28")]
    [InlineData("2020-12-31T23:00:00Z", "2022-01-01T00:00:00Z", "2020-12-28T00:00:00/2021-01-04T00:00:00 192.0.2.0/24")]
    [InlineData("2021-01-03T23:00:00Z", "2022-01-10T00:00:00Z", "2020-12-28T00:00:00/2021-01-04T00:00:00 192.0.2.0/24")]
    public async Task P3_Edge_OfMonthsQuartersAndWeeks(string time, string now, string expected)
    {
        await using var journal = await JournalFixture.StartAsync(server);
        await journal.AddAsync("192.0.2.17", time);
        await journal.StepDownAsync(now);
        Assert.StartsWith(expected, await journal.DumpAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P3_IPv6_AndNoAddress()
    {
        await using var journal = await JournalFixture.StartAsync(server);
        await journal.AddAsync("2001:db8:1:23ff::1");
        await journal.AddAsync(null);
        await journal.AddAsync("::ffff:192.0.2.1");
        await journal.StepDownAsync("2021-04-01T00:00:00Z");
        var dump = await journal.DumpAsync();
        Assert.Contains(" 2001:db8:1:2300::/56 ", dump, StringComparison.Ordinal);
        Assert.Contains(" 192.0.2.0/28 ", dump, StringComparison.Ordinal);
        Assert.Contains("18:00:00  ban", dump, StringComparison.Ordinal);
        await journal.StepDownAsync("2021-07-01T00:00:00Z");
        Assert.Contains(" 2001:db8:1::/48 ", await journal.DumpAsync(), StringComparison.Ordinal);
    }

    /// <summary>Whenever it ran before, and how often, what is there depends only on the time.</summary>
    [Fact]
    public async Task P3_Ladder_RunTwiceOrAfterAPause_MakesTheSame()
    {
        await using var often = await JournalFixture.StartAsync(server);
        await using var once = await JournalFixture.StartAsync(server);
        var random = new Random(20261129);
        var events = Enumerable.Range(0, 3_000).Select(_ => often.Event(
            $"198.51.{random.Next(2)}.{random.Next(64)}",
            new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(random.Next(2 * 366 * 1440)).ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            random.Next(2) == 0 ? "ban" : "captcha")).ToArray();
        await often.Store.AddAsync(events, TestContext.Current.CancellationToken);
        await once.Store.AddAsync(events, TestContext.Current.CancellationToken);
        for (var now = new DateTime(2020, 6, 1, 5, 0, 0, DateTimeKind.Utc); now < new DateTime(2022, 3, 1, 0, 0, 0, DateTimeKind.Utc); now = now.AddDays(17.3))
        {
            await often.StepDownAsync(now.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        }

        await once.StepDownAsync("2022-03-01T00:00:00Z");
        await often.StepDownAsync("2022-03-01T00:00:00Z");
        await often.StepDownAsync("2022-03-01T00:00:00Z");

        var expected = Sorted(await once.DumpAsync());
        Assert.Equal(expected, Sorted(await often.DumpAsync()));
        Assert.Equal(3_000 - events.Count(one => one.Time < new DateTime(2020, 3, 2, 0, 0, 0, DateTimeKind.Utc)), expected.Sum(line => long.Parse(line.Split('x')[^1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task P3_Counts_AreUnchanged()
    {
        await using var journal = await JournalFixture.StartAsync(server);
        foreach (var last in (int[])[48, 49, 63, 64])
        {
            await journal.AddAsync($"22.33.44.{last}");
        }

        await journal.AddAsync("22.33.44.48", remediation: "captcha");
        await AssertAsync(
            journal,
            "2021-03-04T00:00:00Z",
            """
            2020-12-03T12:00:00/2020-12-03T18:00:00 22.33.44.48/28 ban   x3
            2020-12-03T12:00:00/2020-12-03T18:00:00 22.33.44.48/28 captcha   x1
            2020-12-03T12:00:00/2020-12-03T18:00:00 22.33.44.64/28 ban   x1
            """);
        await AssertAsync(
            journal,
            "2021-07-01T00:00:00Z",
            """
            2020-12-03T00:00:00/2020-12-04T00:00:00 22.33.44.0/24 ban   x4
            2020-12-03T00:00:00/2020-12-04T00:00:00 22.33.44.0/24 captcha   x1
            """);
    }

    [Theory]
    [InlineData(0, "2100-01-01T00:00:00Z", 1)]
    [InlineData(2, "2021-02-03T14:55:11Z", 1)]
    [InlineData(2, "2021-02-03T14:55:12Z", 0)]
    public async Task DeleteAfterMonths_IsTheEnd(int months, string now, int left)
    {
        await using var journal = await JournalFixture.StartAsync(server);
        await journal.AddAsync("22.33.44.55");
        await journal.StepDownAsync(now, months);
        Assert.Equal(left, (await journal.DumpAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task P4_Erase_DeletesTheExactEntriesOfTheAddress()
    {
        await using var journal = await JournalFixture.StartAsync(server);
        await journal.AddAsync("22.33.44.55");
        await journal.AddAsync("::ffff:22.33.44.55");
        await journal.AddAsync("22.33.44.56");
        Assert.Equal(2, await journal.Store.EraseAsync(System.Net.IPAddress.Parse("22.33.44.55"), TestContext.Current.CancellationToken));
        Assert.Equal("2020-12-03T14:55:12/2020-12-03T14:55:12 22.33.44.56/32 ban 7 BCDFGHJK x1", await journal.DumpAsync());
        Assert.Equal(0, await journal.Store.EraseAsync(System.Net.IPAddress.Parse("22.33.44.55"), TestContext.Current.CancellationToken));
    }

    private static async Task AssertAsync(JournalFixture journal, string now, string expected)
    {
        await journal.StepDownAsync(now);
        Assert.Equal(Sorted(expected), Sorted(await journal.DumpAsync()));
    }

    private static string[] Sorted(string dump) => [.. dump.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
}

/// <summary>The ladder in SQLite.</summary>
public sealed class SqliteLadderTests() : LadderTests(null)
{
    /// <summary>An IPv6 address: its 16 bytes are not in a file by chance.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P4_ErasedOrStepped_IsInNoFile(bool isErased)
    {
        await using var journal = await JournalFixture.StartAsync(null);
        var address = System.Net.IPAddress.Parse("2001:db8:7a11:9c5e:3f60:1b2d:8e4f:a057");
        await journal.Store.AddAsync([.. Enumerable.Range(0, 500).Select(n => journal.Event(n % 5 == 0 ? address.ToString() : $"2001:db8::{n:x}"))], TestContext.Current.CancellationToken);
        var bytes = Bouncer.Journal.Ladder.Coarse.BytesOf(address);
        Assert.True(IsInAFile(journal, bytes));
        if (isErased)
        {
            Assert.Equal(100, await journal.Store.EraseAsync(address, TestContext.Current.CancellationToken));
        }
        else
        {
            await journal.StepDownAsync("2021-03-04T00:00:00Z");
        }

        Assert.False(IsInAFile(journal, bytes));
        Assert.False(IsInAFile(journal, Encoding.ASCII.GetBytes(address.ToString())));
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in journal.Files)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    private static bool IsInAFile(JournalFixture journal, byte[] bytes) => journal.Files.Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content.AsSpan().IndexOf(bytes) >= 0;
    });
}

/// <summary>The ladder in PostgreSQL.</summary>
public sealed class PostgreSqlLadderTests(PostgreSqlServer server) : LadderTests(server);

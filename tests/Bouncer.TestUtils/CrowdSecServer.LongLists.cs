using System.Diagnostics;
using System.Globalization;

namespace Bouncer.TestUtils;

// Thousands of decisions at a time.
public sealed partial class CrowdSecServer
{
    private static readonly TimeSpan s_longDeadline = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Bans the first <paramref name="count"/> addresses of a row, two or more: one is imported with cscli and copied in the
    /// database. To import 100,000 takes LAPI a minute of computing; to copy them takes a second. Skips the running test
    /// without sqlite3.
    /// </summary>
    public async Task HoldAsync(AddressRow row, int count)
    {
        await ImportDecisionsAsync([row.At(0)], "test/held");
        await SqlAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            INSERT INTO decisions (created_at, updated_at, until, scenario, type, start_ip, end_ip, start_suffix, end_suffix, ip_size,
                scope, value, origin, simulated, alert_decisions)
            WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < {count - 1})
            SELECT created_at, updated_at, until, scenario, type, start_ip + n, end_ip + n, start_suffix, end_suffix, ip_size,
                scope, printf('{row.Net}.%d.%d.%d', n >> 16, (n >> 8) & 255, n & 255), origin, simulated, alert_decisions
            FROM decisions, copy WHERE value = '{row.At(0)}'
            """));
        Assert.Equal(count, await CountAsync($"scenario = 'test/held' AND value LIKE '{row.Net}.%'"));
    }

    /// <summary>Runs <c>cscli decisions import</c> for bans of addresses, and returns when all are stored.</summary>
    /// <param name="addresses">Not yet imported with this reason.</param>
    /// <param name="reason">The scenario.</param>
    /// <returns>When cscli had ended, by the stopwatch.</returns>
    public async Task<long> ImportDecisionsAsync(IReadOnlyCollection<string> addresses, string reason)
    {
        var file = Path.Combine(_folder.Root, "import.csv");
        await File.WriteAllLinesAsync(file, ["duration,scope,value,reason,type", .. addresses.Select(address => $"24h,ip,{address},{reason},ban")]);
        var result = await TryCscliAsync(s_longDeadline, "decisions", "import", "-i", file);
        var ended = Stopwatch.GetTimestamp();

        // LAPI stores the decisions, 50 in a transaction, and then binds them to their alert. That often fails while a bouncer
        // reads a long list; the decisions stay, and are enforced.
        Assert.True(result.ExitCode == 0 || result.Errors.Contains("database is locked", StringComparison.Ordinal), result.Errors);
        Assert.Equal(addresses.Count, await CountAsync($"scenario = '{reason}'"));
        return ended;
    }

    /// <summary>Runs <c>cscli alerts delete</c> for an address: its decisions are gone, without having been deleted.</summary>
    public Task DeleteAlertsAsync(string address) => RunCscliAsync("alerts", "delete", "--ip", address);

    /// <summary>Reads or changes the database beside LAPI; returns what sqlite3 prints. Skips the running test without sqlite3.</summary>
    public async Task<string> SqlAsync(string statement)
    {
        var start = new ProcessStartInfo(RequiredPart.Sqlite.PathOrSkip(), ["-bail", "-cmd", ".timeout 30000", _folder.Database, statement])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var sqlite = Process.Start(start)!;
        var (exitCode, output, errors) = await ProgramResult.OfAsync(sqlite, s_longDeadline);
        Assert.True(exitCode == 0, errors);
        return output.Trim();
    }

    private async Task<int> CountAsync(string condition) =>
        int.Parse(await SqlAsync("SELECT count(*) FROM decisions WHERE " + condition), CultureInfo.InvariantCulture);
}

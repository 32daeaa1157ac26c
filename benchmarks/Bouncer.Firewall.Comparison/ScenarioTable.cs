using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Bouncer.Firewall.Comparison;

/// <summary>What crowdsec-firewall-bouncer's own test suite tries, and its neighbours: decisions on one address, and starts and
/// ends of the program.</summary>
internal static class ScenarioTable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    internal static async Task PrintAsync(Subject[] subjects)
    {
        var columns = new List<List<(string Case, string Result)>>();
        foreach (var subject in subjects)
        {
            columns.Add(await TryAsync(subject));
        }

        Console.WriteLine();
        Console.WriteLine($"| tried | {string.Join(" | ", subjects.Select(subject => subject.Name))} |");
        Console.WriteLine($"|---|{string.Concat(subjects.Select(_ => "---|"))}");
        for (var i = 0; i < columns[0].Count; i++)
        {
            Console.WriteLine($"| {columns[0][i].Case} | {string.Join(" | ", columns.Select(column => column[i].Result))} |");
        }
    }

    private static async Task<List<(string Case, string Result)>> TryAsync(Subject subject)
    {
        List<(string Case, string Result)> rows = [];
        await using var arena = await Arena.StartAsync();
        var process = arena.Start(subject);
        await BanAsync(Enumerable.Range(1, 77).Concat(Enumerable.Range(1, 23)).Select(i => $"4h,ip,10.80.0.{i}"));
        rows.Add(("100 bans at once, 23 of them a second time", await StoppedAsync([.. Enumerable.Range(1, 77).Select(i => $"10.80.0.{i}")])));

        await BanAsync(Enumerable.Range(1, 200).Select(i => i == 100 ? "4h,ip,10.81.0.1" : $"{2 + (i % 5)}s,ip,10.81.0.1").Append("7s,ip,10.81.0.2"));
        await UntilAsync(() => IsStopped("10.81.0.2"));
        await UntilAsync(() => !IsStopped("10.81.0.2"));
        rows.Add(("200 bans of one address, after all but the longest ended", await StoppedAsync("10.81.0.1")));

        await BanAsync(["1h,ip,10.82.0.1"]);
        await BanAsync(["4h,ip,10.82.0.1"]);
        await UntilAsync(() => IsStopped("10.82.0.1"));
        await arena.CrowdSec.DeleteDecisionAsync(long.Parse(await arena.CrowdSec.SqlAsync("SELECT max(id) FROM decisions"), CultureInfo.InvariantCulture));
        await arena.CrowdSec.AddDecisionAsync("10.82.0.2");
        await UntilAsync(() => IsStopped("10.82.0.2"));
        rows.Add(("the longer of two bans is deleted", await StoppedAsync("10.82.0.1")));

        await BanAsync(["4h,ip,10.83.0.1", "4h,ip,10.83.0.2"]);
        await UntilAsync(() => IsStopped("10.83.0.2"));
        Arena.Kill(process);
        rows.Add(("kill -9: the bans", await StoppedAsync("10.83.0.1", "10.83.0.2")));
        await arena.CrowdSec.DeleteDecisionsAsync("10.83.0.1");
        process = arena.Start(subject);
        await UntilAsync(() => !IsStopped("10.83.0.1"));
        rows.Add(("started again: of what was deleted meanwhile", Stopped("10.83.0.1")));
        rows.Add(("started again: of the rest", await StoppedAsync("10.83.0.2")));

        using (Process.Start("kill", $"{process.Id}"))
        {
            await process.WaitForExitAsync().WaitAsync(s_limit);
        }

        rows.Add(("SIGTERM: exit code", process.ExitCode.ToString(CultureInfo.InvariantCulture)));
        process.Dispose();
        arena.Clear();

        await arena.CrowdSec.StopAsync();
        process = arena.Start(subject);
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(5)));
        var ended = process.HasExited;
        await arena.CrowdSec.StartAgainAsync();
        var begin = Stopwatch.GetTimestamp();
        var enforced = ended ? null : await Arena.UntilAsync(() => IsStopped("10.83.0.2"), s_limit);
        rows.Add((
            "LAPI comes 5 s after the start",
            ended ? "the program has ended" : enforced is { } at ? string.Create(CultureInfo.InvariantCulture, $"in force {Stopwatch.GetElapsedTime(begin, at).TotalSeconds:0.0} s after LAPI") : "not in force"));
        arena.End(process);
        return rows;

        Task BanAsync(IEnumerable<string> decisions) => arena.ImportAsync(decisions);

        bool IsStopped(string address) => !arena.Probe.ArrivesFrom(IPAddress.Parse(address));

        async Task UntilAsync(Func<bool> holds) => await Arena.UntilAsync(holds, s_limit);

        // As soon as all are, or what it is in the end.
        async Task<string> StoppedAsync(params string[] addresses)
        {
            await UntilAsync(() => addresses.All(IsStopped));
            return Stopped(addresses);
        }

        string Stopped(params string[] addresses) =>
            string.Create(CultureInfo.InvariantCulture, $"{addresses.Count(IsStopped)} of {addresses.Length} stopped");
    }
}

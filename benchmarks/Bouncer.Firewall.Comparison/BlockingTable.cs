using System.Globalization;
using System.Net;

namespace Bouncer.Firewall.Comparison;

/// <summary>Whose packets are stopped after what <c>cscli</c> was told, from the first and the last address of each network and
/// one between.</summary>
internal static class BlockingTable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private static readonly (string Network, string[] Probes)[] s_networks =
    [
        ("10.1.2.3", ["10.1.2.3"]),
        ("10.2.3.0/24", ["10.2.3.0", "10.2.3.77", "10.2.3.255"]),
        ("10.3.16.0/20", ["10.3.16.0", "10.3.20.1", "10.3.31.255"]),
        ("10.50.0.0/16", ["10.50.0.0", "10.50.99.1", "10.50.255.255"]),
        ("fd00::1", ["fd00::1"]),
        ("fd00:1:2:3::/64", ["fd00:1:2:3::", "fd00:1:2:3::77", "fd00:1:2:3:ffff:ffff:ffff:ffff"]),
    ];

    internal static async Task PrintAsync(Subject[] subjects)
    {
        var columns = new List<(string Case, string Result)[]>();
        foreach (var subject in subjects)
        {
            columns.Add([.. await TryAsync(subject)]);
        }

        Console.WriteLine($"| told | {string.Join(" | ", subjects.Select(subject => subject.Name))} |");
        Console.WriteLine($"|---|{string.Concat(subjects.Select(_ => "---|"))}");
        for (var i = 0; i < columns[0].Length; i++)
        {
            Console.WriteLine($"| {columns[0][i].Case} | {string.Join(" | ", columns.Select(column => column[i].Result))} |");
        }
    }

    private static async Task<List<(string Case, string Result)>> TryAsync(Subject subject)
    {
        List<(string Case, string Result)> rows = [];
        await using var arena = await Arena.StartAsync();
        var process = arena.Start(subject);
        var crowdSec = arena.CrowdSec;
        byte marks = 0;
        await TellAsync(async () =>
        {
            foreach (var (network, _) in s_networks)
            {
                await crowdSec.AddDecisionAsync(network);
            }
        });
        foreach (var (network, probes) in s_networks)
        {
            rows.Add(($"ban {network}", Stopped(probes)));
        }

        rows.Add(("addresses beside these", Stopped("10.1.2.2", "10.2.4.0", "10.3.32.0", "10.51.0.0", "fd00::2", "fd00:1:2:4::")));
        await TellAsync(() => crowdSec.DeleteDecisionsAsync("10.1.2.3"));
        rows.Add(("delete 10.1.2.3", Stopped("10.1.2.3")));

        await TellAsync(async () =>
        {
            await crowdSec.AddDecisionAsync("10.60.0.0/16");
            await crowdSec.AddDecisionAsync("10.60.1.0/24");
        });
        await TellAsync(() => crowdSec.DeleteDecisionsAsync("10.60.0.0/16"));
        rows.Add(("delete 10.60.0.0/16, while 10.60.1.0/24 stays: within it", Stopped("10.60.1.0", "10.60.1.255")));
        rows.Add(("the same, beside it", Stopped("10.60.0.255", "10.60.2.0")));

        await TellAsync(() => crowdSec.AddDecisionAsync("10.70.0.1", "8s"));
        await TellAsync(() => crowdSec.AddDecisionAsync("10.70.0.1", "1h"));
        await TellAsync(() => crowdSec.AddDecisionAsync("10.70.0.2", "8s"));
        await Arena.UntilAsync(() => arena.Probe.ArrivesFrom(IPAddress.Parse("10.70.0.2")), s_limit);
        rows.Add(("ban 10.70.0.1 for 8 s, then for 1 h: after 8 s", Stopped("10.70.0.1")));
        rows.Add(("ban 10.70.0.2 for 8 s: after 8 s", Stopped("10.70.0.2")));
        arena.End(process);
        return rows;

        string Stopped(params string[] probes) => string.Create(
            CultureInfo.InvariantCulture,
            $"{probes.Length - arena.Probe.SendFrom(probes.Select(IPAddress.Parse)).Count} of {probes.Length} stopped");

        // A ban that follows is in force when what came before it is: one pull brings them in order, or one after the other.
        async Task TellAsync(Func<Task> tellAsync)
        {
            await tellAsync();
            var mark = new IPAddress([10, 200, 0, ++marks]);
            await crowdSec.AddDecisionAsync(mark.ToString());
            _ = await arena.UntilStoppedAsync([mark], s_limit) ?? throw new InvalidOperationException($"{subject.Name} does nothing:\n{arena.LogOf(subject)}");
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Xunit.Sdk;

namespace Bouncer.FunctionalTests.LongSync;

/// <summary>Changes what CrowdSec holds for a long time, in every way an operator and an agent do, while a gateway polls.</summary>
internal sealed class Campaign(CrowdSecServer crowdSec, GatewayProcess gateway, int held, int seed)
{
    private const int ImportSize = 5000;

    // LAPI stores an import 50 decisions at a time, and leaves such parts out of its deltas: two of each are looked at.
    private const int Step = 25;

    private const string Locked = "database is locked";
    private const int MostImports = 4;
    private const int FewestSingles = 10;
    private const int MostSingles = 60;
    private static readonly TimeSpan s_round = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static readonly AddressRow s_singleRow = new(12);
    private static readonly AddressRow s_importRow = new(13);

    private readonly Random _random = new(seed);
    private readonly ChangeWatch _watch = new(gateway, new Random(seed + 1));
    private readonly List<string> _banned = [];
    private readonly List<string> _free = [];
    private readonly Queue<(string Reason, string[] Looked)> _imports = new();
    private int _singles;
    private int _importCount;
    private int _lockedCount;

    /// <summary>Runs for so long, lets the gateway come to rest, prints the figures and returns how many faults there were.
    /// Does not wait for anything once it is interrupted.</summary>
    public async Task<int> RunAsync(TimeSpan length, CancellationToken interrupted)
    {
        for (var at = 0; at < held; at += Math.Max(1, held / 200))
        {
            _watch.AddSettled(LongList.Row.At(at), HttpStatusCode.Forbidden);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        stop.CancelAfter(length);
        using var watchEnds = new CancellationTokenSource();
        var watching = _watch.RunAsync(watchEnds.Token);
        var clock = Stopwatch.StartNew();
        while (!stop.IsCancellationRequested && !watching.IsCompleted)
        {
            await RoundAsync(stop.Token);
            var slowest = _watch.All.MaxBy(change => change.Latency);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{clock.Elapsed:hh\\:mm\\:ss} {_importCount} imports, {_watch.All.Count} changes, {_watch.Open.Count} to follow, slowest {slowest?.Latency.TotalSeconds:0.0} s ({slowest?.Kind.Name})"));
        }

        await UntilAsync(() => Task.FromResult(_watch.Open.Count == 0 || watching.IsCompleted), interrupted);
        await watchEnds.CancelAsync();
        await watching;
        var report = new CampaignReport(_watch, _importCount, _lockedCount, await CountsAsync(interrupted));
        report.Print();
        return report.Faults.Count;
    }

    private async Task RoundAsync(CancellationToken stop)
    {
        var round = Stopwatch.StartNew();
        var import = ImportAsync();
        while (!import.IsCompleted || (round.Elapsed < s_round && !stop.IsCancellationRequested))
        {
            await ChangeOneAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(500)), CancellationToken.None);
        }

        await import;
        if (_imports.Count > MostImports && _watch.TryTake(_imports.Peek().Looked))
        {
            await RemoveImportAsync();
        }
    }

    private async Task ImportAsync()
    {
        var addresses = s_importRow.Take(ImportSize, from: _importCount * ImportSize);
        var reason = string.Create(CultureInfo.InvariantCulture, $"test/import-{_importCount++}");
        var looked = addresses.Where((_, at) => at % Step == 0).ToArray();
        var since = await crowdSec.ImportDecisionsAsync(addresses, reason);
        Array.ForEach(looked, client => _watch.Add(new Change(ChangeKind.Imported, client, since)));
        _imports.Enqueue((reason, looked));
    }

    private async Task RemoveImportAsync()
    {
        var (reason, looked) = _imports.Dequeue();

        // Where LAPI found its database locked, some decisions belong to no alert: only their scenario names them all.
        var alert = await crowdSec.SqlAsync(
            $"SELECT max(alert_decisions) FROM decisions WHERE scenario = '{reason}' HAVING count(*) = count(alert_decisions)");
        var byAlert = alert.Length > 0 && _random.Next(2) == 0;
        var kind = byAlert ? ChangeKind.ImportAlertDeleted : ChangeKind.ImportDeleted;
        var since = await TryAsync(byAlert ? ["alerts", "delete", "--id", alert] : ["decisions", "delete", "--scenario", reason]);
        if (since is { } done)
        {
            Array.ForEach(looked, client => _watch.Add(new Change(kind, client, done)));
        }
    }

    private Task ChangeOneAsync()
    {
        var add = _banned.Count < FewestSingles || (_banned.Count < MostSingles && _random.Next(2) == 0);
        return add ? AddOneAsync() : DeleteOneAsync();
    }

    private async Task AddOneAsync()
    {
        var client = _random.Next(4) == 0 ? Take(_free) : null;
        client ??= s_singleRow.At(_singles++);
        var asAgent = _random.Next(2) == 0;
        var since = asAgent ? await TryPushAsync(client) : await TryAsync(["decisions", "add", "--ip", client, "--duration", "24h"]);
        if (since is { } done)
        {
            _watch.Add(new Change(asAgent ? ChangeKind.AddedByAgent : ChangeKind.AddedByCscli, client, done));
            _banned.Add(client);
        }
    }

    private async Task DeleteOneAsync()
    {
        if (Take(_banned) is not { } client)
        {
            return;
        }

        var (kind, arguments) = _random.Next(3) switch
        {
            0 => (ChangeKind.DeletedById, new[] { "decisions", "delete", "--id", await crowdSec.SqlAsync($"SELECT max(id) FROM decisions WHERE value = '{client}'") }),
            1 => (ChangeKind.DeletedByValue, ["decisions", "delete", "--value", client]),
            _ => (ChangeKind.AlertDeleted, ["alerts", "delete", "--ip", client]),
        };
        if (await TryAsync(arguments) is { } since)
        {
            _watch.Add(new Change(kind, client, since));
            _free.Add(client);
        }
    }

    // One of those that the gateway has followed, no longer visited; null if the one that was drawn is not.
    private string? Take(List<string> clients)
    {
        if (clients.Count == 0 || clients[_random.Next(clients.Count)] is var client && !_watch.TryTake(client))
        {
            return null;
        }

        clients.Remove(client);
        return client;
    }

    // When cscli had ended; null if LAPI's database was locked, and nobody knows what it did. The clients are left alone then.
    private async Task<long?> TryAsync(string[] arguments)
    {
        var result = await crowdSec.TryCscliAsync(s_patience, arguments);
        var now = Stopwatch.GetTimestamp();
        if (result.ExitCode == 0)
        {
            return now;
        }

        Assert.True(result.Errors.Contains(Locked, StringComparison.Ordinal), result.Errors);
        _lockedCount++;
        return null;
    }

    private async Task<long?> TryPushAsync(string client)
    {
        try
        {
            await crowdSec.PushDecisionAsync(client, "24h");
            return Stopwatch.GetTimestamp();
        }
        catch (XunitException refusal) when (refusal.Message.Contains(Locked, StringComparison.Ordinal))
        {
            _lockedCount++;
            return null;
        }
    }

    // How many decisions the gateway and CrowdSec hold, now that nothing changes any more; null once interrupted.
    private async Task<(int InGateway, int InCrowdSec)?> CountsAsync(CancellationToken interrupted)
    {
        var inCrowdSec = int.Parse(
            await crowdSec.SqlAsync("SELECT count(*) FROM decisions WHERE datetime(until) > datetime('now')"), CultureInfo.InvariantCulture);
        var inGateway = 0;
        await UntilAsync(
            async () => (inGateway = (await gateway.ReadAsync("/.bouncer/status")).GetProperty("decisionCount").GetInt32()) == inCrowdSec,
            interrupted);
        return interrupted.IsCancellationRequested ? null : (inGateway, inCrowdSec);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken interrupted)
    {
        var waited = Stopwatch.StartNew();
        while (!interrupted.IsCancellationRequested && waited.Elapsed < s_patience && !await condition())
        {
            await Task.Delay(s_pause, CancellationToken.None);
        }
    }
}

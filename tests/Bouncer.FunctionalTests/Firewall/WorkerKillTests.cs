using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Bouncer.TestUtils.Networks;
using Bouncer.Testing;

namespace Bouncer.FunctionalTests.Firewall;

/// <summary>The worker is killed while it writes: whatever the moment, each ban is there and has an end.</summary>
/// <remarks>scripts/firewall-kills.sh kills it many times.</remarks>
public sealed partial class WorkerKillTests : IAsyncLifetime
{
    private const int Bans = 20_000;

    /// <summary>After so many requests the renewal was written before it was looked for, and the kill is not aimed.</summary>
    private const int Missed = 6;

    private static readonly int s_kills = Number("BOUNCERS_KILLS", 6);
    private static readonly int s_seed = Number("BOUNCERS_KILLS_SEED", 1);

    private readonly Random _random = new(s_seed);
    private LocalApiServer? _lapi;
    private PacketPath? _path;
    private PacketProbe? _probe;

    public async ValueTask InitializeAsync()
    {
        _path = PacketPath.ToServer();
        _probe = await PacketProbe.StartAsync(_path);
        _lapi = await LocalApiServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_lapi is not null)
        {
            await _lapi.DisposeAsync();
        }

        _probe?.Dispose();
        _path?.Dispose();
    }

    [Fact]
    public async Task D9_KilledWhileItRenews_EachBanIsThereAndHasAnEnd()
    {
        var duringWrite = 0;
        Renew();
        for (var kill = 1; kill <= s_kills; kill++)
        {
            await using var worker = await WorkerProcess.StartAsync(Settings());
            await Eventually.TrueAsync(() => worker.Output.Contains($"{Bans} networks are blocked", StringComparison.Ordinal));
            var asked = _lapi!.Requests[^1];
            Renew();
            duringWrite += await KillAsync(worker, asked) ? 1 : 0;
            await Eventually.TrueAsync(() => !IsWriting(worker.Id));

            var elements = Elements();
            Assert.True(elements.Length == Bans, $"{elements.Length} of {Bans} bans are there after kill {kill}, seed {s_seed}");
            var endless = elements.Count(element => !element.Contains(" expires ", StringComparison.Ordinal));
            Assert.True(endless == 0, $"{endless} bans have no end after kill {kill}, seed {s_seed}");
            Assert.Empty(_probe!.SendFrom(Enumerable.Range(0, 20).Select(_ => Ban(_random.Next(Bans)))));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{s_kills} kills, {duringWrite} of them while nft ran, seed {s_seed}");
    }

    /// <summary>Kills it at some moment of a renewal.</summary>
    /// <returns>Whether nft was seen to run.</returns>
    private async Task<bool> KillAsync(WorkerProcess worker, ReceivedRequest asked)
    {
        var isAimed = _random.Next(4) > 0;
        await Eventually.TrueAsync(() => RequestsAfter(asked) is var count && (isAimed ? IsWriting(worker.Id) || count > Missed : count > 0));
        var pause = TimeSpan.FromMilliseconds(_random.Next(isAimed ? 80 : 600));
        var watch = Stopwatch.StartNew();
        SpinWait.SpinUntil(() => watch.Elapsed >= pause);
        var isWriting = IsWriting(worker.Id);
        await worker.KillAsync();
        return isWriting;
    }

    /// <summary>The stand-in remembers the last requests only, so that their number says nothing.</summary>
    private int RequestsAfter(ReceivedRequest request) => _lapi!.Requests.Reverse().TakeWhile(later => !ReferenceEquals(later, request)).Count();

    /// <summary>All bans again, with another end, and the old ones deleted: one delta renews each of them.</summary>
    private void Renew()
    {
        var before = _lapi!.Database.Snapshot().Select(row => row.Id).DefaultIfEmpty(0).Max();
        var lasts = TimeSpan.FromMinutes(60 + _random.Next(6000));
        for (var ban = 0; ban < Bans; ban++)
        {
            _lapi.Database.Add(Ban(ban).ToString(), lasts);
        }

        _lapi.Database.RemoveWhere(row => row.Until <= DateTimeOffset.UtcNow);
        _lapi.Database.DeleteWhere(row => row.Id <= before);
    }

    /// <summary>The bans in the table, each with its times. Where a list is being replaced there are two maps, and a ban may be
    /// in both.</summary>
    private string[] Elements() => [.. HostMap().Matches(_path!.Firewall.Nft("list table inet crowdsec_bouncer"))
        .SelectMany(map => map.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries))
        .OrderBy(element => element.Contains(" expires ", StringComparison.Ordinal))
        .DistinctBy(element => element.Split(' ')[0])];

    private Dictionary<string, string?> Settings() => new()
    {
        ["Bouncer:Lapi:Url"] = _lapi!.Url.ToString(),
        ["Bouncer:Lapi:ApiKey"] = _lapi.ApiKey,
        ["Bouncer:Sync:Interval"] = "00:00:01",
        ["Bouncer:Firewall:Nftables:Program"] = _path!.Firewall.NftProgram,
    };

    /// <summary>Whether nft runs with a script of a worker's.</summary>
    private static bool IsWriting(int worker) =>
        Directory.EnumerateDirectories("/proc").Any(process => int.TryParse(Path.GetFileName(process), out _) && CommandOf(process).Contains($"/proc/{worker}/fd/", StringComparison.Ordinal));

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            // It has ended.
            return "";
        }
    }

    private static IPAddress Ban(int number) => IPAddress.Parse($"10.1.{number / 250}.{(number % 250) + 1}");

    private static int Number(string variable, int standard) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : standard;

    [GeneratedRegex(@"map ipv4_32\w* \{[^{]*elements = \{([^}]*)\}")]
    private static partial Regex HostMap();
}

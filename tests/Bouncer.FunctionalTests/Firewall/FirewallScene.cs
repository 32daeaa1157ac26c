using System.Net;
using Bouncer.TestUtils;
using Bouncer.TestUtils.Networks;

namespace Bouncer.FunctionalTests.Firewall;

/// <summary>A real CrowdSec, and two networks between which packets pass the firewall that a worker writes.</summary>
public sealed class FirewallScene : IAsyncDisposable
{
    private CrowdSecServer? _crowdSec;
    private PacketPath? _path;
    private PacketProbe? _probe;

    internal CrowdSecServer CrowdSec => _crowdSec!;

    internal NetworkNamespace Firewall => _path!.Firewall;

    /// <summary>The tables that the firewall holds.</summary>
    internal string Tables => Firewall.Nft("list tables");

    /// <summary>Sets it up, once. Called by each test, for it is a test that is skipped where a part is missing.</summary>
    public async ValueTask StartAsync()
    {
        _path ??= PacketPath.ToServer();
        _probe ??= await PacketProbe.StartAsync(_path);
        _crowdSec ??= await CrowdSecServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_crowdSec is not null)
        {
            await _crowdSec.DisposeAsync();
        }

        _probe?.Dispose();
        _path?.Dispose();
    }

    /// <summary>Settings of a worker that asks this CrowdSec every second and writes this firewall.</summary>
    internal Dictionary<string, string?> Settings(params (string Key, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = CrowdSec.Url.ToString(),
            ["Bouncer:Lapi:ApiKey"] = CrowdSecServer.ApiKey,
            ["Bouncer:Sync:Interval"] = "00:00:01",
            ["Bouncer:Firewall:Nftables:Program"] = Firewall.NftProgram,
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    internal bool IsLetThrough(string source) => _probe!.ArrivesFrom(IPAddress.Parse(source));

    /// <summary>Waits until packets are dropped, or no longer. CrowdSec may leave a change out of its deltas; the next whole list
    /// brings it.</summary>
    internal Task BecomesAsync(string source, bool isLetThrough) =>
        Eventually.GetAsync(() => Task.FromResult(IsLetThrough(source)), seen => seen == isLetThrough, Polls.UntilFullList, $"{source} is let through: {isLetThrough}");

    /// <summary>Empties the firewall and CrowdSec for the next test.</summary>
    internal async Task ClearAsync()
    {
        if (_crowdSec is not null)
        {
            Firewall.Nft("flush ruleset");
            await _crowdSec.DeleteAllDecisionsAsync();
        }
    }
}

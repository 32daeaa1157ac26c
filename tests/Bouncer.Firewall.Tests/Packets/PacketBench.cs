using System.Net;
using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Enforcement;
using Bouncer.Firewall.Protection;
using Bouncer.TestUtils;
using Bouncer.TestUtils.Networks;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>
/// A client, a server and the real nftables between them, kept in step by the engine: each change is in force when the call
/// returns. The service that drives the engine in a host is not there, so nothing happens by itself but what the kernel does.
/// </summary>
internal sealed class PacketBench : IAsyncDisposable, INetworkView
{
    internal const string Table = "crowdsec_bouncer";

    private readonly Action<FirewallOptions>? _configure;
    private string[] _gateways = [PacketPath.ClientIPv4.ToString(), PacketPath.ClientIPv6.ToString()];
    private ServiceProvider? _process;

    private PacketBench(PacketPath path, PacketProbe probe, Action<FirewallOptions>? configure) =>
        (Path, Probe, _configure) = (path, probe, configure);

    internal PacketPath Path { get; }

    internal PacketProbe Probe { get; }

    internal DecisionList Decisions { get; } = new();

    /// <summary>Allowed from the next start on.</summary>
    internal List<string> TrustedNetworks { get; } = [];

    internal FirewallEngine Engine => _process!.GetRequiredService<FirewallEngine>();

    internal IFirewallBackend Backend => _process!.GetRequiredService<IFirewallBackend>();

    internal IReadOnlyDictionary<string, long> PacketsByOrigin => Backend.PacketsByOrigin;

    internal static Task<PacketBench> StartAsync(Action<FirewallOptions>? configure = null) => StartAsync(PacketPath.ToServer(), configure);

    internal static async Task<PacketBench> StartAsync(PacketPath path, Action<FirewallOptions>? configure = null)
    {
        var bench = new PacketBench(path, await ProbeAsync(path), configure);
        try
        {
            await bench.StartAgainAsync();
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends what keeps the firewall in step without a word to it, as kill does.</summary>
    internal async Task StopAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>Starts it again: it knows the decisions and must read what the firewall holds.</summary>
    internal async Task StartAgainAsync()
    {
        await StopAsync();
        var services = new ServiceCollection();
        services.AddSingleton<IDecisionStore>(Decisions);
        services.AddSingleton<INetworkView>(this);
        services
            .AddBouncerCore(options =>
            {
                options.Lapi.Url = new Uri("http://192.0.2.2:8080/");
                options.Lapi.ApiKey = "unused";
                options.TrustedNetworks = [.. TrustedNetworks];
            })
            .AddFirewall(options =>
            {
                options.Nftables.Program = Path.Firewall.NftProgram;
                _configure?.Invoke(options);
            });
        _process = services.BuildServiceProvider();

        // It listens to the kernel of the network in which it is made.
        Path.Firewall.Run(() => Backend);
        await TellAsync(new DecisionChangeSet(true, [.. Decisions.Enumerate()], []));
    }

    internal static Decision Decide(string network, TimeSpan? duration = null, string origin = "crowdsec")
    {
        Assert.True(NetworkText.TryParse(network, out var parsed));
        return new Decision
        {
            Value = network,
            Network = parsed,
            Remediation = Remediation.Ban,
            Origin = origin,
            ExpiresAt = TimeProvider.System.GetUtcNow() + (duration ?? TimeSpan.FromHours(1)),
            Deadline = Deadlines.In(duration ?? TimeSpan.FromHours(1), TimeProvider.System),
        };
    }

    /// <summary>Bans a network.</summary>
    internal async Task<Decision> BanAsync(string network, TimeSpan? duration = null, string origin = "crowdsec")
    {
        var decision = Decide(network, duration, origin);
        await ChangeAsync([decision], []);
        return decision;
    }

    /// <summary>Takes decisions back.</summary>
    internal Task PardonAsync(params Decision[] decisions) => ChangeAsync([], decisions);

    /// <summary>Applies a change, as one pull brings it.</summary>
    internal Task ChangeAsync(IReadOnlyCollection<Decision> added, IReadOnlyCollection<Decision> removed)
    {
        foreach (var decision in removed)
        {
            Decisions.Remove(decision);
        }

        foreach (var decision in added)
        {
            Decisions.Add(decision);
        }

        return TellAsync(new DecisionChangeSet(false, added, removed));
    }

    /// <summary>Whether a datagram from an address arrives.</summary>
    internal bool Lets(string source) => Probe.ArrivesFrom(IPAddress.Parse(source));

    /// <summary>The addresses of those given whose datagrams are stopped.</summary>
    internal IEnumerable<string> Stopped(params string[] sources)
    {
        var arrived = Probe.SendFrom(sources.Select(IPAddress.Parse));
        return sources.Where(source => !arrived.Contains(IPAddress.Parse(source)));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Probe.Dispose();
        Path.Dispose();
    }

    public event Action? Changed;

    /// <summary>Has the system tell of other default gateways, and the engine follow.</summary>
    internal async Task MoveGatewaysAsync(params string[] gateways)
    {
        _gateways = gateways;
        Changed?.Invoke();
        await Eventually.TrueAsync(async () =>
        {
            await Engine.UpdateAsync(isThorough: false, TestContext.Current.CancellationToken);
            return _process!.GetRequiredService<ProtectedNetworks>().Due is null;
        });
    }

    IEnumerable<IPAddress> INetworkView.FindGateways() => _gateways.Select(IPAddress.Parse);

    Uri? INetworkView.FindProxy(Uri url) => null;

    Task<IPAddress[]> INetworkView.ResolveAsync(string host, CancellationToken cancellationToken) => Task.FromResult<IPAddress[]>([IPAddress.Parse(host)]);

    private static async Task<PacketProbe> ProbeAsync(PacketPath path)
    {
        try
        {
            return await PacketProbe.StartAsync(path);
        }
        catch
        {
            path.Dispose();
            throw;
        }
    }

    private async Task TellAsync(DecisionChangeSet changes)
    {
        await _process!.GetRequiredService<FirewallSink>().ApplyAsync(changes, TestContext.Current.CancellationToken);
        do
        {
            await Engine.UpdateAsync(isThorough: false, TestContext.Current.CancellationToken);
        }
        while (Backend.Pending > 0);

        Assert.Equal(0, Engine.Status.RefusedNetworks);
    }
}

using System.Diagnostics.Metrics;
using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Tests.Enforcement;

/// <summary>What tools and operators see of the firewall.</summary>
public sealed class FirewallTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Plan_BeforeDecisionsAreKnown_IsRefused()
    {
        await using var fixture = new FirewallFixture();
        await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Firewall.PlanAsync(Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => fixture.Firewall.ApplyAsync(Token));
        Assert.Empty(fixture.Backend.Calls);
    }

    [Fact]
    public async Task Plan_ByATool_ChangesNothing_AndApplyDoes()
    {
        await using var fixture = new FirewallFixture(options => options.DryRun = true);
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.TellAllAsync();
        Assert.Equal(["block 192.0.2.7"], (await fixture.Firewall.PlanAsync(Token)).Describe());
        Assert.Empty(fixture.Backend.Networks);
        Assert.Equal(1, (await fixture.Firewall.ApplyAsync(Token)).Added);
        Assert.Equal(["192.0.2.7"], fixture.Backend.Networks);
        Assert.True((await fixture.Firewall.PlanAsync(Token)).IsEmpty);
    }

    [Fact]
    public async Task Remove_WithoutDecisions_ClearsTheFirewall()
    {
        await using var fixture = new FirewallFixture();
        await fixture.Firewall.RemoveAsync(Token);
        Assert.Equal(["remove"], fixture.Backend.Calls);
    }

    [Fact]
    public async Task Changes_AfterRemove_BeginWithALook()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        await fixture.Firewall.RemoveAsync(Token);
        await fixture.AddAsync("192.0.2.8", Hour);
        await fixture.BlocksAsync("192.0.2.7", "192.0.2.8");
    }

    [Fact]
    public async Task B6_Protected_NetworksAreAllowed_RegardlessOfDecisions()
    {
        await using var fixture = new FirewallFixture(core: options => options.TrustedNetworks = ["203.0.113.0/24", "203.0.113.9"]);
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Equal("lapi.example", fixture.Network.Asked);
        Assert.Equal(
            ["127.0.0.0/8", "192.0.2.1", "198.51.100.8", "203.0.113.0/24", "::1"],
            fixture.Backend.Allowed.Select(network => network.ToString()));
    }

    [Fact]
    public async Task B6_Protected_StayAsTheyWere_WhenTheSystemCannotTell()
    {
        await using var fixture = new FirewallFixture();
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);
        fixture.Network.ResolveFault = new System.Net.Sockets.SocketException(11001);
        fixture.Network.GatewayFault = new System.Net.NetworkInformation.NetworkInformationException();
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Contains("198.51.100.8", fixture.Backend.Allowed.Select(network => network.ToString()));
        Assert.Contains("192.0.2.1", fixture.Backend.Allowed.Select(network => network.ToString()));
        Assert.Contains(fixture.Log.Transcript, line => line.StartsWith("4010 Warning", StringComparison.Ordinal));
        Assert.Contains(fixture.Log.Transcript, line => line.StartsWith("4011 Warning", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task B6_Gateway_ThatIsNoAddress_IsNotAllowed(string gateway)
    {
        await using var fixture = new FirewallFixture();
        fixture.Network.Gateways = [gateway, "fe80::1%7", "::ffff:192.0.2.1"];
        await fixture.TellAllAsync();
        await fixture.Firewall.ApplyAsync(Token);
        Assert.Equal(["127.0.0.0/8", "192.0.2.1", "198.51.100.8", "::1", "fe80::1"], fixture.Backend.Allowed.Select(network => network.ToString()));
    }

    [Fact]
    public async Task Health_FollowsTheStatus()
    {
        await using var fixture = new FirewallFixture();
        Assert.Equal(HealthStatus.Unhealthy, (await fixture.HealthAsync()).Status);
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        var health = await fixture.HealthAsync();
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Equal(1, health.Data["blockedNetworks"]);
        fixture.Backend.Refused = 1;
        await fixture.AddAsync("192.0.2.8", Hour);
        await Eventually.TrueAsync(() => fixture.Firewall.Status is { RefusedNetworks: 1, BlockedNetworks: 1 });
        Assert.Equal(HealthStatus.Degraded, (await fixture.HealthAsync()).Status);
    }

    [Fact]
    public async Task Metrics_CountWantedAndBlockedNetworks()
    {
        await using var fixture = new FirewallFixture();
        using var wanted = Collect<int>(fixture, "bouncer.firewall.networks.wanted");
        using var blocked = Collect<int>(fixture, "bouncer.firewall.networks.blocked");
        using var refused = Collect<int>(fixture, "bouncer.firewall.networks.refused");
        using var packets = Collect<long>(fixture, "bouncer.firewall.packets");
        using var processedPackets = Collect<long>(fixture, "bouncer.processed.packets");
        using var processedBytes = Collect<long>(fixture, "bouncer.processed.bytes");
        fixture.Backend.Refused = 1;
        fixture.Backend.Processed = new Dictionary<bool, Traffic> { [false] = new(7, 900) };
        fixture.Backend.PacketsByOrigin = new Dictionary<string, long> { ["capi"] = 12 };
        fixture.Decisions.Add("192.0.2.7", Hour);
        fixture.Decisions.Add("192.0.2.8", Hour);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        Assert.Equal((2, 1, 1), (Last(wanted).Value, Last(blocked).Value, Last(refused).Value));
        Assert.Equal((12, "capi"), (Last(packets).Value, Assert.Single(Last(packets).Tags).Value));
        Assert.Equal((7, "ipv6"), (Last(processedPackets).Value, Last(processedPackets).Tags["network.type"]));
        Assert.Equal(900, Last(processedBytes).Value);
    }

    [Fact]
    public async Task AddFirewall_Twice_TellsOneSink()
    {
        await using var fixture = new FirewallFixture();
        var services = new ServiceCollection();
        services.AddBouncerCore(options => options.Lapi.ApiKey = "key").AddFirewall(options => options.Name = "one").AddFirewall(options => options.Outbound = true);
        using var provider = services.BuildServiceProvider();
        var options = provider.GetRequiredService<IOptions<FirewallOptions>>().Value;
        Assert.Equal(("one", true), (options.Name, options.Outbound));
        Assert.Single(services, service => service.ServiceType == typeof(IDecisionSink));
    }

    private static MetricCollector<T> Collect<T>(FirewallFixture fixture, string instrument)
        where T : struct => new(fixture.Get<IMeterFactory>(), BouncerTelemetry.MeterName, instrument);

    private static CollectedMeasurement<T> Last<T>(MetricCollector<T> collector)
        where T : struct
    {
        collector.RecordObservableInstruments();
        return collector.LastMeasurement!;
    }
}

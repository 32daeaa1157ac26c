using System.Net;
using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Enforcement;
using Bouncer.Firewall.Protection;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.Firewall.Windows.Com;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>Rules that stand in Windows and have no effect are told of, everywhere or in some of the networks.</summary>
public sealed class WindowsEffectTests
{
    private const string PartlyOff = "4044 Warning Windows Firewall is switched off for some networks of this machine (";
    private readonly WindowsBed _bed = new(addressesPerRule: 100);

    public WindowsEffectTests() => _bed.Block("192.0.2.7");

    [Theory]
    [InlineData(7, 4, null)]
    [InlineData(3, 4, "(Public)")]
    [InlineData(0, 0, "(Domain, Private, Public)")]
    [InlineData(1, 0, null)]
    [InlineData(4, 6, null)]
    [InlineData(4, 3, "(Domain, Private)")]
    public Task SwitchedOffFirewall_InAllActiveProfiles_IsWrittenAndSaid(int on, int active, string? profiles)
    {
        (_bed.Firewall.ProfilesOn, _bed.Firewall.ActiveProfiles) = (on, active);
        return AssertWrittenAndSaidAsync(profiles is null ? null : FirewallErrorKind.SwitchedOff, profiles ?? "", () => _bed.Firewall.ProfilesOn = 7);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task GroupPolicy_ThatDoesNotApplyLocalRules_IsWrittenAndSaid(bool isMixed)
    {
        (_bed.Firewall.LocalPolicy, _bed.Firewall.IsLocalPolicyMixed) = (LocalPolicyState.GroupPolicyOverrides, isMixed);
        return AssertWrittenAndSaidAsync(
            FirewallErrorKind.Overridden,
            "AllowLocalFirewallRules",
            () => (_bed.Firewall.LocalPolicy, _bed.Firewall.IsLocalPolicyMixed) = (LocalPolicyState.Ok, false));
    }

    [Fact]
    public async Task GroupPolicy_ThatComesLater_IsSeenByTheNextLook()
    {
        await _bed.ReconcileAsync();
        Assert.Equal(Integrity.Intact, await _bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        _bed.Firewall.LocalPolicy = LocalPolicyState.GroupPolicyOverrides;
        Assert.Equal(Integrity.Changed, await _bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>No operator may take these bans to be in force.</summary>
    [Fact]
    public async Task GroupPolicy_ThatDoesNotApplyLocalRules_IsInStatusHealthAndLog()
    {
        _bed.Firewall.LocalPolicy = LocalPolicyState.GroupPolicyOverrides;
        var clock = new TestClock();
        _bed.Time = clock;
        _bed.Restart();
        var held = new HeldDecisions(clock);
        held.Add("192.0.2.7", TimeSpan.FromHours(1));
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton<IDecisionStore>(held);
        services.AddSingleton<IFirewallBackend>(_bed.Backend);
        services.AddSingleton<INetworkView>(new FakeNetworkView());
        services.AddLogging(logging => logging.AddCollector(_bed.Log));
        services.AddHealthChecks().AddBouncer();
        services.AddBouncerCore(options => (options.Lapi.Url, options.Lapi.ApiKey) = (new("http://lapi.example:8080/"), "key")).AddFirewall();
        await using var provider = services.BuildServiceProvider();
        using var service = provider.GetServices<IHostedService>().OfType<FirewallService>().Single();
        await service.StartAsync(TestContext.Current.CancellationToken);
        await provider.GetServices<IDecisionSink>().Single().ApplyAsync(new(true, [.. held.Enumerate()], []), TestContext.Current.CancellationToken);

        // The look before decisions are known fails first, then the first list.
        var firewall = provider.GetRequiredService<IFirewall>();
        await Eventually.TrueAsync(() => firewall.Status.ConsecutiveFailures == 1 && clock.IsArmedIn(TimeSpan.FromSeconds(5)));
        clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => firewall.Status.ConsecutiveFailures == 2 && clock.IsArmedIn(TimeSpan.FromSeconds(10)));
        await AssertStatusAsync(HealthStatus.Unhealthy, blocked: 0);
        Assert.True(_bed.Firewall.Blocks(IPAddress.Parse("192.0.2.7")));
        Assert.Contains("group policy", firewall.Status.LastError, StringComparison.Ordinal);
        Assert.Contains(_bed.Log.Transcript, line => line.StartsWith("4003 Error", StringComparison.Ordinal) && line.Contains("group policy", StringComparison.Ordinal));
        Assert.DoesNotContain(_bed.Log.Transcript, line => line.StartsWith("4000 ", StringComparison.Ordinal));

        // The policy changes, and changes back.
        _bed.Firewall.LocalPolicy = LocalPolicyState.Ok;
        clock.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => firewall.Status.ConsecutiveFailures == 0 && clock.IsArmedIn(TimeSpan.FromSeconds(30)));
        await AssertStatusAsync(HealthStatus.Healthy, blocked: 1);
        _bed.Firewall.LocalPolicy = LocalPolicyState.GroupPolicyOverrides;
        clock.Advance(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => firewall.Status.ConsecutiveFailures == 1);
        await AssertStatusAsync(HealthStatus.Unhealthy, blocked: 0);
        await service.StopAsync(TestContext.Current.CancellationToken);

        async Task AssertStatusAsync(HealthStatus expected, int blocked)
        {
            var health = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
            Assert.Equal((expected, 1, blocked), (health.Entries["bouncer-firewall"].Status, firewall.Status.WantedNetworks, firewall.Status.BlockedNetworks));
        }
    }

    [Fact]
    public async Task Profiles_ThatArePartlyOff_AreNamedOnceEachTime()
    {
        (_bed.Firewall.ProfilesOn, _bed.Firewall.ActiveProfiles) = (1, 5);
        await _bed.ReconcileAsync();
        Assert.Equal(Integrity.Intact, await _bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"{PartlyOff}Public)", Assert.Single(_bed.Log.Transcript), StringComparison.Ordinal);

        // The network of the domain is gone, and those that are left are off.
        _bed.Firewall.ActiveProfiles = 4;
        Assert.Equal(Integrity.Changed, await _bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        Assert.Single(_bed.Log.Transcript);

        (_bed.Firewall.ProfilesOn, _bed.Firewall.ActiveProfiles) = (4, 7);
        Assert.Equal(Integrity.Intact, await _bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith($"{PartlyOff}Domain, Private)", _bed.Log.Transcript[^1], StringComparison.Ordinal);
        Assert.Equal(2, _bed.Log.Transcript.Length);
    }

    [Fact]
    public async Task Profiles_ThatOurRulesDoNotHoldFor_DoNotCount()
    {
        _bed.Options.Windows.Profiles = ["Domain"];
        _bed.Restart();
        (_bed.Firewall.ProfilesOn, _bed.Firewall.ActiveProfiles) = (1, 5);
        await _bed.ReconcileAsync();
        Assert.Empty(_bed.Log.Transcript);
    }

    [Theory]
    [InlineData(LocalPolicyState.Ok, true, "4045 Warning")]
    [InlineData(LocalPolicyState.InboundBlocked, true, "4045 Warning")]
    [InlineData(LocalPolicyState.InboundBlocked, false, "4046 Information")]
    internal async Task LocalPolicy_WithAnEffectInPart_IsSaidOnceAndNoFailure(LocalPolicyState state, bool isMixed, string expected)
    {
        (_bed.Firewall.LocalPolicy, _bed.Firewall.IsLocalPolicyMixed) = (state, isMixed);
        await _bed.Backend.PrepareAsync(TestContext.Current.CancellationToken);
        await _bed.ReconcileAsync();
        Assert.Equal(Integrity.Intact, await _bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith(expected, Assert.Single(_bed.Log.Transcript), StringComparison.Ordinal);
    }

    private async Task AssertWrittenAndSaidAsync(FirewallErrorKind? kind, string part, Action mend)
    {
        await AssertSaidAsync(() => _bed.Backend.PrepareAsync(TestContext.Current.CancellationToken));
        var plan = await _bed.Backend.PlanAsync(_bed.Blocks, [], mayRewrite: false, TestContext.Current.CancellationToken);
        await AssertSaidAsync(() => _bed.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
        Assert.True(Assert.Single(_bed.Firewall.Rules).IsEnabled);
        Assert.Equal(kind is null ? Integrity.Intact : Integrity.Changed, await _bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        await AssertSaidAsync(() => _bed.Backend.PlanAsync(_bed.Blocks, [], mayRewrite: false, TestContext.Current.CancellationToken));

        mend();
        Assert.True((await _bed.ReconcileAsync()).Plan.IsEmpty);

        async Task AssertSaidAsync(Func<Task> call)
        {
            var error = await Record.ExceptionAsync(call) as FirewallException;
            Assert.Equal(kind, error?.Kind);
            Assert.Contains(part, error?.Message ?? "", StringComparison.Ordinal);
        }
    }
}

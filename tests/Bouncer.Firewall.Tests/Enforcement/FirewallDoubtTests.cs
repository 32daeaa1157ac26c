using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.Firewall.Tests.Enforcement;

/// <summary>What somebody else did, or seems to have done, to the firewall.</summary>
public sealed class FirewallDoubtTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnotherProgram_DetectedWhileNothingIsWritten_CostsNothing(bool isDryRun)
    {
        await using var fixture = new FirewallFixture(options => options.DryRun = isDryRun);
        if (isDryRun)
        {
            await fixture.StartAsync();
            await Eventually.TrueAsync(() => fixture.Log.Transcript.Any(line => line.StartsWith("4002", StringComparison.Ordinal)));
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(10));
        }
        else
        {
            await fixture.Service.StartAsync(TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => fixture.Backend.Prepared > 0);
        }

        fixture.Backend.Suspect();
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => !fixture.Backend.IsSuspect);
        Assert.InRange(fixture.Backend.SuspectAsked, 1, 100);
        Assert.DoesNotContain(fixture.Backend.Calls, call => call is "check" or "write");
    }

    [Fact]
    public async Task AnotherProgram_Detected_ContentIsUnknownUntilItIsChecked()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        fixture.Decisions.Add("192.0.2.8", Hour);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.BlockedNetworks == 2);
        fixture.Backend.Fault = new FirewallException(FirewallErrorKind.TimedOut, "Slow.");
        fixture.Backend.Suspect();
        Assert.Equal(0, fixture.Firewall.Status.BlockedNetworks);
        Assert.NotNull(fixture.Firewall.Status.LastError);
        await Eventually.TrueAsync(() => fixture.Log.Transcript.Any(line => line.StartsWith("4003 Error", StringComparison.Ordinal)));
        Assert.Contains(fixture.Log.Transcript, line => line.Contains("Slow. 0 networks are known to be in force", StringComparison.Ordinal));
        var health = await fixture.HealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        fixture.Backend.Fault = null;
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => fixture.Firewall.Status is { BlockedNetworks: 2, LastError: null });
    }

    [Fact]
    public async Task Changed_AgainAndAgainWithoutAWordOfOthers_IsAFailure()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        fixture.Backend.Fault = new FirewallException(FirewallErrorKind.Changed, "No such file or directory.");
        await fixture.AddAsync("192.0.2.7", Hour);
        await Eventually.TrueAsync(() => fixture.Log.Transcript.Any(line => line.StartsWith("4003 Error", StringComparison.Ordinal)));
        Assert.Contains(fixture.Log.Transcript, line => line.StartsWith("4003", StringComparison.Ordinal) && line.Contains("No such file", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Log.Transcript, line => line.StartsWith("4006", StringComparison.Ordinal) || line.StartsWith("4014", StringComparison.Ordinal));
        foreach (var pause in new[] { 5, 10 })
        {
            var calls = fixture.Backend.Calls.Length;
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(pause - 1));
            Assert.Equal(calls, fixture.Backend.Calls.Length);
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => fixture.Backend.Calls.Length == calls + 1);
        }

        fixture.Backend.Fault = null;
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(20));
        await fixture.BlocksAsync("192.0.2.7");
    }

    [Fact]
    public async Task Changed_ByADetectedProgram_IsNoFailure_EvenRepeatedly()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        for (var i = 1; i < 6; i++)
        {
            fixture.Backend.FaultOnce = new FirewallException(FirewallErrorKind.Changed, "Changed.");
            fixture.Backend.Suspect();
            await Eventually.TrueAsync(() => fixture.Backend.FaultOnce is null);
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));
        }

        Assert.DoesNotContain(fixture.Log.Transcript, line => line.StartsWith("4003", StringComparison.Ordinal));
    }
}

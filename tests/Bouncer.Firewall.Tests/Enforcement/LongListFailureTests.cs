using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Enforcement;

/// <summary>A long list that is written in parts, of which some fail.</summary>
public sealed class LongListFailureTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task LaterParts_ThatFail_AreTriedEverLessOften_AndAllIsWellWhenTheListIsWhole()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        await FailAfterAPartAsync(fixture);
        foreach (var pause in new[] { 5, 10, 20, 40, 60, 60 })
        {
            var calls = fixture.Backend.Calls.Length;
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(pause - 1));
            Assert.Equal(calls, fixture.Backend.Calls.Length);
            fixture.Backend.FailAfter = 1;
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));
            await Eventually.TrueAsync(() => fixture.Backend.FailAfter is null);
            Assert.NotNull(fixture.Firewall.Status.LastError);
        }

        Assert.Single(fixture.Log.Transcript, line => line.StartsWith("4003", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Log.Transcript, line => line.StartsWith("4005", StringComparison.Ordinal));
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => fixture.Firewall.Status is { ConsecutiveFailures: 0, LastError: null });
        Assert.Equal(0, fixture.Backend.Pending);
        await Eventually.TrueAsync(() => fixture.Log.Transcript.Any(line => line.StartsWith("4005", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Changes_StayUrgentUntilAListIsWhole()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        var gone = fixture.Decisions.Add("192.0.2.8", Hour);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        fixture.Backend.Pending = 20;
        fixture.Backend.FailAfter = 1;
        await fixture.RemoveAsync(gone);
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 1);

        // What comes with a whole list counts as well, and what was exempt.
        fixture.Decisions.Add("203.0.113.7", Hour);
        fixture.Decisions.Add("192.0.2.1", Hour);
        fixture.Backend.FailAfter = 1;
        await fixture.TellAllAsync();
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 2);
        Assert.Equal(["192.0.2.8", "203.0.113.7"], fixture.Backend.Urgent);
        fixture.Network.Gateways = ["192.0.2.9"];
        fixture.Network.Change();
        fixture.Backend.FailAfter = 1;
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 3);
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(20));
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 0);
        Assert.Equal(["192.0.2.1", "192.0.2.8", "203.0.113.7"], fixture.Backend.Urgent);
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(3600));
        await Eventually.TrueAsync(() => fixture.Backend.Urgent.Length == 0);
    }

    private static async Task FailAfterAPartAsync(FirewallFixture fixture)
    {
        fixture.Backend.Pending = 20;
        fixture.Backend.FailAfter = 1;
        await fixture.AddAsync("192.0.2.9", Hour);
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 1);
    }
}

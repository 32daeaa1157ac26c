using Bouncer.Firewall.Enforcement;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Enforcement;

public sealed class FirewallServiceTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Check = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Start_BeforeDecisionsAreKnown_LeavesTheFirewallAlone()
    {
        await using var fixture = new FirewallFixture();
        await fixture.Service.StartAsync(TestContext.Current.CancellationToken);
        await fixture.Service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Empty(fixture.Backend.Calls);
        Assert.False(fixture.Firewall.Status.IsApplied);
    }

    [Fact]
    public async Task FirewallThatCannotBeUsed_IsToldBeforeDecisionsAreKnown()
    {
        await using var fixture = new FirewallFixture();
        fixture.Backend.Fault = new FirewallException(FirewallErrorKind.Missing, "Not there.");
        await fixture.Service.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => fixture.Firewall.Status.LastError == "Not there.");
        fixture.Backend.Fault = null;
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.TellAllAsync();
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(5));
        await fixture.BlocksAsync("192.0.2.7");
    }

    [Fact]
    public async Task Snapshot_First_IsWrittenAfterALook()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        fixture.Decisions.Add("10.9.0.0/16", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("10.9.0.0/16", "192.0.2.7");
        Assert.Equal(["look", "write"], fixture.Backend.Calls);
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        Assert.Equal(2, fixture.Firewall.Status.BlockedNetworks);
    }

    [Fact]
    public async Task Delta_IsWrittenWithoutALook()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        var ban = await fixture.AddAsync("192.0.2.7", Hour);
        await fixture.BlocksAsync("192.0.2.7");
        await fixture.RemoveAsync(ban);
        await fixture.BlocksAsync();
        Assert.Equal(["look", "write", "change 192.0.2.7", "write", "change 192.0.2.7", "write"], fixture.Backend.Calls);
    }

    [Fact]
    public async Task SecondDecision_OnTheSameNetwork_KeepsItBlockedUntilTheLaterEnd()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        var longer = await fixture.AddAsync("192.0.2.7", 4 * Hour, origin: "CAPI");
        var shorter = await fixture.AddAsync("192.0.2.7", Hour);
        await fixture.BlocksAsync("192.0.2.7");
        await fixture.RemoveAsync(longer);
        await Eventually.TrueAsync(() => fixture.Backend.Held.Values.Single() is { Origin: "cscli" } block && block.End == Hour);
        await fixture.RemoveAsync(shorter);
        await fixture.BlocksAsync();
    }

    [Fact]
    public async Task HostWithinARange_HasABlockOfItsOwn_ForItsOwnTime()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await fixture.AddAsync("192.0.2.0/24", 4 * Hour);
        var host = await fixture.AddAsync("192.0.2.0", Hour);
        await fixture.BlocksAsync("192.0.2.0/24", "192.0.2.0");
        Assert.Equal([4 * Hour, Hour], fixture.Backend.Held.OrderBy(entry => entry.Key).Select(entry => entry.Value.End));
        await fixture.RemoveAsync(host);
        await fixture.BlocksAsync("192.0.2.0/24");
    }

    [Fact]
    public async Task Changes_Taken_AreNotTakenAgain()
    {
        await using var fixture = new FirewallFixture();
        var sink = fixture.Get<FirewallSink>();
        await fixture.AddAsync("192.0.2.7", Hour);
        Assert.Single(sink.Take().Changed);
        Assert.Empty(sink.Take().Changed);
        await fixture.TellAllAsync();
        Assert.Single(sink.Take().Snapshot!);
        Assert.Null(sink.Take().Snapshot);
    }

    [Theory]
    [InlineData("captcha")]
    [InlineData("throttle")]
    [InlineData("somebody_elses")]
    public async Task Decision_OfATypeNotListed_IsNotWritten(string type)
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour, type);
        await fixture.StartAsync();
        await fixture.AddAsync("192.0.2.8", Hour, type);
        await fixture.AddAsync("192.0.2.9", Hour);
        await fixture.BlocksAsync("192.0.2.9");
    }

    [Fact]
    public async Task Types_Listed_ReplaceTheDefault()
    {
        await using var fixture = new FirewallFixture(options => options.Types = ["Captcha"]);
        fixture.Decisions.Add("192.0.2.7", Hour, "captcha");
        fixture.Decisions.Add("192.0.2.8", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
    }

    [Fact]
    public async Task SlowFirewall_IsBroughtToTheNewestState_NotThroughEveryStep()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        fixture.Backend.Hold = new TaskCompletionSource();
        var first = await fixture.AddAsync("192.0.2.1", Hour);
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Length == 4);
        for (var host = 10; host < 60; host++)
        {
            await fixture.AddAsync($"192.0.2.{host}", Hour);
        }

        await fixture.RemoveAsync(first);
        fixture.Backend.Hold.SetResult();
        await Eventually.TrueAsync(() => fixture.Backend.Networks.Length == 50);
        Assert.Equal(6, fixture.Backend.Calls.Length);
    }

    [Fact]
    public async Task Failure_IsLoggedOnce_AndRepairedByAComparison()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        fixture.Backend.Fault = new FirewallException(FirewallErrorKind.Forbidden, "Not allowed.");
        await fixture.AddAsync("192.0.2.7", Hour);
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 1);
        Assert.Equal("Not allowed.", fixture.Firewall.Status.LastError);
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 2);
        fixture.Backend.Fault = null;
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(10));
        await fixture.BlocksAsync("192.0.2.7");
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 0);
        Assert.Equal(["change 192.0.2.7", "look", "look", "write"], fixture.Backend.Calls[2..]);
        Assert.Single(fixture.Log.Transcript, line => line.StartsWith("4003 Error", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => fixture.Log.Transcript.Any(line => line.StartsWith("4005 Information", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task UnexpectedError_DoesNotEndTheService()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        fixture.Backend.Fault = new InvalidCastException("192.0.2.7 is in this text.");
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 1);
        Assert.DoesNotContain("192.0.2.7", fixture.Firewall.Status.LastError, StringComparison.Ordinal);
        fixture.Backend.Fault = null;
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(5));
        await fixture.BlocksAsync("192.0.2.7");
    }

    [Fact]
    public async Task Failures_InARow_AreTriedEverLessOften()
    {
        await using var fixture = new FirewallFixture();
        fixture.Backend.Fault = new FirewallException(FirewallErrorKind.SwitchedOff, "Off.");
        await fixture.StartAsync();
        var pauses = new[] { 5, 10, 20, 40, 60, 60 };
        for (var failures = 1; failures <= pauses.Length; failures++)
        {
            var now = failures;
            await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == now);
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(pauses[failures - 1] - 1));
            Assert.Equal(failures, fixture.Backend.Prepared + fixture.Backend.Calls.Length);
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Check_ThatFails_IsFollowedByALookAndRecovers()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        fixture.Backend.Fault = new FirewallException(FirewallErrorKind.TimedOut, "Slow.");
        await fixture.AdvanceAsync(Check);
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 1);
        Assert.Equal(1, fixture.Firewall.Status.BlockedNetworks);
        fixture.Backend.Fault = null;
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => fixture.Firewall.Status is { ConsecutiveFailures: 0, LastError: null });
        Assert.Equal(["look", "write", "check", "look", "write"], fixture.Backend.Calls);
    }

    [Fact]
    public async Task Damage_IsNoticedByTheCheck_AndRepaired()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        await fixture.AdvanceAsync(Check);
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Contains("check"));
        Assert.Equal(["look", "write", "check"], fixture.Backend.Calls);
        fixture.Backend.IsIntact = false;
        fixture.Backend.Held.Clear();
        await fixture.AdvanceAsync(Check);
        await fixture.BlocksAsync("192.0.2.7");
        Assert.Equal(["look", "write", "check", "check", "look", "write"], fixture.Backend.Calls);
        Assert.Contains(fixture.Log.Transcript, line => line.StartsWith("4006 Warning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ChangedMeanwhile_IsLookedAtAtOnce_AndNoFailureOfOurs()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        fixture.Backend.FaultOnce = new FirewallException(FirewallErrorKind.Changed, "Changed.");
        await fixture.AddAsync("192.0.2.7", Hour);
        await fixture.BlocksAsync("192.0.2.7");
        Assert.DoesNotContain(fixture.Log.Transcript, line => line.StartsWith("4006", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Log.Transcript, line => line.StartsWith("4003", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fight_WithAnotherProgram_IsHeldBackAndToldOfOnce()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        for (var looks = 2; looks <= 4; looks++)
        {
            var expected = looks;
            fixture.Backend.Suspect();
            await Eventually.TrueAsync(() => fixture.Backend.Calls.Count(call => call == "look") == expected);
        }

        // The fourth in a row has to wait, and what changes meanwhile with it.
        await Eventually.TrueAsync(() => fixture.Backend.Calls[^1] == "write");
        fixture.Backend.Suspect();
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Count(call => call == "look") == 5);
        fixture.Backend.Suspect();
        await fixture.AdvanceAsync(TimeSpan.FromMilliseconds(499));
        Assert.Equal(5, fixture.Backend.Calls.Count(call => call == "look"));
        await fixture.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Count(call => call == "look") == 6);
        Assert.Single(fixture.Log.Transcript, line => line.StartsWith("4006 Warning", StringComparison.Ordinal));
        Assert.Equal(4, fixture.Log.Transcript.Count(line => line.StartsWith("4014 Debug", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Failure_WithFewerBlocksThanBefore_IsReportedInTheStatus()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        fixture.Decisions.Add("192.0.2.8", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7", "192.0.2.8");
        fixture.Backend.Holds = 1;
        fixture.Backend.Fault = new FirewallException(FirewallErrorKind.Failed, "Killed.");
        await fixture.AddAsync("192.0.2.9", Hour);
        await Eventually.TrueAsync(() => fixture.Firewall.Status.ConsecutiveFailures == 1);
        Assert.Equal(1, fixture.Firewall.Status.BlockedNetworks);
        Assert.Contains(fixture.Log.Transcript, line => line.StartsWith("4003 Error", StringComparison.Ordinal) && line.Contains("1 networks are known to be in force", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Check_AllIsWell_IsASuccessForTheStatus()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        var written = fixture.Firewall.Status.LastSuccess;
        await fixture.AdvanceAsync(Check);
        await Eventually.TrueAsync(() => fixture.Firewall.Status.LastSuccess > written);
        Assert.Equal(["look", "write", "check"], fixture.Backend.Calls);
    }

    [Fact]
    public async Task Check_RunsOnTime_DespiteFrequentChanges()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        for (var host = 1; host <= 3; host++)
        {
            await fixture.AdvanceAsync(TimeSpan.FromSeconds(10));
            await fixture.AddAsync($"203.0.113.{host}", Hour);
            await Eventually.TrueAsync(() => fixture.Backend.Networks.Length == host);
        }

        await Eventually.TrueAsync(() => fixture.Backend.Calls.Contains("check"));
    }

    [Fact]
    public async Task AnotherProgram_SeenToWrite_CausesAnImmediateCheck()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("203.0.113.7", Hour);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        fixture.Backend.Suspect();
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Count(call => call == "write") == 2);
        Assert.Equal(["look", "write", "check", "look", "write"], fixture.Backend.Calls);
        Assert.Contains(fixture.Log.Transcript, line => line.Contains("no longer has the rules that were written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LongList_IsWrittenInParts_AndWhatChangesMeanwhileWithTheNext()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("203.0.113.7", Hour);
        fixture.Backend.Pending = 3;
        fixture.Backend.Hold = new();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Contains("write"));
        await fixture.AddAsync("203.0.113.8", Hour);
        fixture.Backend.Hold.SetResult();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        Assert.Equal(["look", "write", "change 203.0.113.8", "write", "change ", "write"], fixture.Backend.Calls);
        Assert.Equal(2, fixture.Firewall.Status.BlockedNetworks);
        Assert.Contains(fixture.Log.Transcript, line => line.Contains("2 networks are blocked (2 added", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gateway_ThatMoves_IsFollowed()
    {
        await using var fixture = new FirewallFixture();
        fixture.Decisions.Add("192.0.2.0/28", Hour);
        fixture.Decisions.Add("192.0.2.1", Hour);
        fixture.Decisions.Add("192.0.2.9", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.0/28", "192.0.2.9");
        Assert.Equal(1, fixture.Firewall.Status.ExemptNetworks);
        Assert.Contains(fixture.Log.Transcript, line => line.Contains("1 networks with decisions are not blocked", StringComparison.Ordinal));

        fixture.Network.Gateways = ["192.0.2.9"];
        fixture.Network.Change();
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));
        await fixture.BlocksAsync("192.0.2.0/28", "192.0.2.1");
        Assert.Contains(fixture.Backend.Allowed, network => network.ToString() == "192.0.2.9");
        Assert.DoesNotContain(fixture.Backend.Allowed, network => network.ToString() == "192.0.2.1");
        Assert.Single(fixture.Backend.Calls, "look");
    }

    [Fact]
    public async Task Hour_Passed_BringsALookEvenThoughAllSeemsWell()
    {
        await using var fixture = new FirewallFixture(options => options.ReconcileInterval = TimeSpan.FromMinutes(1));
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        fixture.Backend.Held.Clear();
        await fixture.AdvanceAsync(Check);
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Length == 3);
        await fixture.AdvanceAsync(Check);
        await fixture.BlocksAsync("192.0.2.7");
        Assert.Equal(["look", "write", "check", "look", "write"], fixture.Backend.Calls);
    }

    [Fact]
    public async Task Changes_WithinTheDebounce_AreWrittenTogether()
    {
        await using var fixture = new FirewallFixture();
        fixture.Backend.Debounce = TimeSpan.FromSeconds(10);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        await fixture.AddAsync("192.0.2.7", Hour);
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(9));
        await fixture.AddAsync("192.0.2.8", Hour);
        Assert.Equal(["look", "write"], fixture.Backend.Calls);
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));
        await fixture.BlocksAsync("192.0.2.7", "192.0.2.8");
        Assert.Equal(["look", "write", "change 192.0.2.7 192.0.2.8", "write"], fixture.Backend.Calls);
    }

    [Fact]
    public async Task FirewallWithoutTimeouts_LosesABlockAtItsEnd_WithoutASignal()
    {
        await using var fixture = new FirewallFixture();
        fixture.Backend.EndsBlocks = false;
        fixture.Decisions.Add("192.0.2.7", TimeSpan.FromSeconds(12));
        fixture.Decisions.Add("192.0.2.8", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7", "192.0.2.8");
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(11));
        Assert.Equal(2, fixture.Backend.Networks.Length);
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(2));
        await fixture.BlocksAsync("192.0.2.8");
    }

    [Fact]
    public async Task RenewedDecision_MovesTheEnd()
    {
        await using var fixture = new FirewallFixture();
        var first = fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        fixture.Decisions.Remove(first);
        var renewed = fixture.Decisions.Add("192.0.2.7", 4 * Hour);
        await fixture.TellAsync(added: [renewed], removed: [first]);
        await Eventually.TrueAsync(() => fixture.Backend.Held.Values.Single().End == 4 * Hour);
    }

    [Fact]
    public async Task WallClock_Stepped_MovesNoEnd()
    {
        await using var fixture = new FirewallFixture();
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Firewall.Status.IsApplied);
        await fixture.AddAsync("192.0.2.7", Hour);
        await fixture.BlocksAsync("192.0.2.7");
        fixture.Clock.StepWallClock(TimeSpan.FromDays(-400));
        Assert.Equal(Hour, fixture.Backend.Held.Values.Single().End);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task D8_Stop_KeepsOrRemoves_AsTheOptionSays(bool removes)
    {
        await using var fixture = new FirewallFixture(options => options.RemoveOnStop = removes);
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        await fixture.Service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(removes ? 0 : 1, fixture.Backend.Networks.Length);
    }

    [Fact]
    public async Task D8_Stop_WhileAWriteHangs_EndsInTime()
    {
        await using var fixture = new FirewallFixture();
        fixture.Backend.Hold = new TaskCompletionSource();
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Contains("write"));
        await fixture.Service.StopAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task DryRun_LooksAndLogs_ButWritesNothing()
    {
        await using var fixture = new FirewallFixture(options => (options.DryRun, options.RemoveOnStop) = (true, true));
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await Eventually.TrueAsync(() => fixture.Log.Transcript.Any(line => line.StartsWith("4002 Information Dry run", StringComparison.Ordinal)));
        await fixture.AddAsync("192.0.2.8", Hour);
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => fixture.Backend.Calls.Length == 2);
        for (var time = TimeSpan.Zero; time < TimeSpan.FromMinutes(5); time += Check)
        {
            await fixture.AdvanceAsync(Check);
        }

        await fixture.Service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["look", "look"], fixture.Backend.Calls);
        Assert.True(fixture.Firewall.Status.IsDryRun);
    }

    [Fact]
    public async Task Log_OfAllThatHappens_HoldsNoAddress()
    {
        await using var fixture = new FirewallFixture();
        fixture.Backend.Refused = 1;
        fixture.Decisions.Add("192.0.2.7", Hour);
        await fixture.StartAsync();
        await fixture.BlocksAsync("192.0.2.7");
        await fixture.AddAsync("192.0.2.8", Hour);
        await fixture.BlocksAsync("192.0.2.7", "192.0.2.8");
        await fixture.Service.StopAsync(TestContext.Current.CancellationToken);
        Assert.Contains(fixture.Log.Transcript, line => line.StartsWith("4007 Warning", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Log.Transcript, line => line.Contains("192.0.2", StringComparison.Ordinal));
    }
}

using Bouncer.Firewall.Backends;
using Bouncer.Firewall.Windows;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Windows;

/// <summary>A machine that is slow gets through, and one that hangs is told of.</summary>
public sealed class ComCallQueueTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private readonly TestClock _clock = new();

    [Fact]
    public async Task Run_OfManySteps_MayTakeLongerThanOneMayTake()
    {
        var calls = new ComCallQueue(_clock);
        var result = await calls.RunAsync(
            () =>
            {
                for (var i = 0; i < 10; i++)
                {
                    AdvanceWatched(TimeSpan.FromSeconds(50));
                    calls.Step();
                }

                return "done";
            },
            TestContext.Current.CancellationToken);
        Assert.Equal("done", result);
        Assert.Equal(TimeSpan.FromSeconds(500), _clock.Elapsed);
    }

    [Fact]
    public async Task Run_ThatHangsAfterAStep_IsGivenUpADeadlineLater()
    {
        var calls = new ComCallQueue(_clock);
        using var hangs = new ManualResetEventSlim();
        using var goesOn = new ManualResetEventSlim();
        var run = calls.RunAsync(
            () =>
            {
                AdvanceWatched(TimeSpan.FromSeconds(30));
                calls.Step();
                hangs.Set();
                goesOn.Wait(TestContext.Current.CancellationToken);
                return true;
            },
            TestContext.Current.CancellationToken);
        hangs.Wait(TestContext.Current.CancellationToken);

        // The first timer is the one of the call's begin; what is left since the step has another.
        AdvanceWatched(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(() => _clock.IsArmedIn(TimeSpan.FromSeconds(30)));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(run.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FirewallErrorKind.TimedOut, (await Assert.ThrowsAsync<FirewallException>(() => run)).Kind);

        // No other call is made while that one has not come back.
        var next = await Assert.ThrowsAsync<FirewallException>(() => calls.RunAsync(() => true, TestContext.Current.CancellationToken));
        Assert.Equal(FirewallErrorKind.TimedOut, next.Kind);
        goesOn.Set();
        await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => calls.RunAsync(() => true, TestContext.Current.CancellationToken)) is null);
    }

    [Fact]
    public async Task Run_ThatIsCancelled_EndsAtTheNextStep()
    {
        var calls = new ComCallQueue(_clock);
        using var cancellation = new CancellationTokenSource();
        var steps = 0;
        await Assert.ThrowsAsync<OperationCanceledException>(() => calls.RunAsync(
            () =>
            {
                steps++;
                calls.Step();
                cancellation.Cancel();
                calls.Step();
                steps++;
            },
            cancellation.Token));
        Assert.Equal(1, steps);
        await Assert.ThrowsAsync<OperationCanceledException>(() => calls.RunAsync(() => steps++, cancellation.Token));
        Assert.Equal(1, steps);
    }

    /// <summary>Every rule of the machine is a step, so that a firewall that takes two seconds for each call still is read.</summary>
    [Fact]
    public async Task Backend_OnASlowMachine_ReadsWritesAndRemovesAll()
    {
        var bed = new WindowsBed(addressesPerRule: 2) { Time = _clock };
        bed.Restart();
        bed.Firewall.Rules.AddRange(Enumerable.Range(0, 40).Select(i => new FakeRuleState { Name = $"Other {i}" }));
        bed.Block([.. Enumerable.Range(0, 16).Select(i => $"192.0.{i}.1")]);
        bed.Firewall.Delay = () => AdvanceWatched(TimeSpan.FromSeconds(2));
        await bed.ReconcileAsync();
        Assert.Equal(Integrity.Intact, await bed.Backend.CheckAsync(TestContext.Current.CancellationToken));
        await bed.Backend.RemoveAsync(TestContext.Current.CancellationToken);
        Assert.Equal(40, bed.Firewall.Rules.Count);
    }

    [Fact]
    public async Task Backend_ThatHangsAtARule_IsGivenUp()
    {
        var bed = new WindowsBed(addressesPerRule: 2) { Time = _clock };
        bed.Restart();
        bed.Firewall.Rules.AddRange(Enumerable.Range(0, 40).Select(i => new FakeRuleState { Name = $"Other {i}" }));
        using var goesOn = new ManualResetEventSlim();
        bed.Firewall.Delay = () =>
        {
            if (bed.Firewall.Calls == 50)
            {
                AdvanceWatched(Deadline);
                goesOn.Wait(TestContext.Current.CancellationToken);
            }
        };
        var error = await Assert.ThrowsAsync<FirewallException>(() => bed.Backend.PlanAsync(bed.Blocks, [], mayRewrite: false, TestContext.Current.CancellationToken));
        goesOn.Set();
        Assert.Equal(FirewallErrorKind.TimedOut, error.Kind);
    }

    /// <summary>Advances when somebody waits for the call: a timer that is made later would know nothing of it.</summary>
    private void AdvanceWatched(TimeSpan by)
    {
        Assert.True(SpinWait.SpinUntil(() => _clock.ArmedTimers > 0, TimeSpan.FromSeconds(30)));
        _clock.Advance(by);
    }
}

using System.Net;
using Bouncer.Engine;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Failover;

/// <summary>Several LAPIs in live mode.</summary>
public sealed class LiveFailoverTests
{
    [Fact]
    public async Task First_FailsAndRecovers_ClientsAreCheckedByTheNextMeanwhile()
    {
        await using var all = await FailoverFixture.StartAsync(settings: [("Sync:Mode", "Live"), ("Live:Timeout", "00:00:10")]);
        var recovery = all.Engine.Get<LiveRecovery>();
        await recovery.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(await all.Engine.IsBannedAsync("192.0.2.0"));

        await all.All[0].StopAsync();
        Assert.Equal(VerdictSource.Unavailable, (await all.Engine.CheckAsync("198.51.100.1")).Source);
        await UntilAsync(all, () => all.Status is { HasFailedOver: true, ConsecutiveFailures: 0 });
        Assert.True(await all.Engine.IsBannedAsync("192.0.2.1"));
        Assert.Equal(all.All[1].Url, all.Status.Lapi);
        Assert.Single(all.Logged(1134));

        await all.All[0].StartAgainAsync();
        await UntilAsync(all, () => !all.Status.HasFailedOver);
        all.All[0].Database.Add("198.51.100.2");
        Assert.True(await all.Engine.IsBannedAsync("198.51.100.2"));
        Assert.Single(all.Logged(1135));
        await recovery.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Moves the clock from one look of <see cref="LiveRecovery"/> to the next, until a condition holds.</summary>
    private static Task UntilAsync(FailoverFixture all, Func<bool> condition) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            if (all.Engine.Clock.NextTimer == LiveRecovery.Pause)
            {
                all.Engine.Clock.Advance(LiveRecovery.Pause);
            }

            return false;
        });
}

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

    [Fact]
    public async Task First_AcceptsTheKeyButAnswersNoQuery_IsNotUsedAgain()
    {
        await using var all = await FailoverFixture.StartAsync(settings: [("Sync:Mode", "Live"), ("Live:Timeout", "00:00:10"), ("Lapi:ReturnAfter", "00:01:00")]);
        var recovery = all.Engine.Get<LiveRecovery>();
        await recovery.StartAsync(TestContext.Current.CancellationToken);
        await all.Engine.CheckAsync("198.51.100.1");
        await all.All[0].StopAsync();
        await all.Engine.CheckAsync("198.51.100.2");
        await UntilAsync(all, () => all.Status is { HasFailedOver: true, ConsecutiveFailures: 0 });

        await all.All[0].StartAgainAsync();
        all.FailQueries(0, 500);
        var queries = all.All[0].Requests.Count(IsQuery);
        await UntilAsync(all, () => all.All[0].Requests.Count(IsQuery) > queries);
        await UntilAsync(all, () => all.Status is { HasFailedOver: true, ConsecutiveFailures: 0 });
        Assert.Empty(all.Logged(1135));
        Assert.True(await all.Engine.IsBannedAsync("192.0.2.1"));
        await recovery.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The change itself has an event of its own.</summary>
    [Fact]
    public async Task Notice_OfWhoReceivesAddresses_NamesTheLapiInUse()
    {
        await using var all = await FailoverFixture.StartAsync(settings: [("Sync:Mode", "Live"), ("Live:Timeout", "00:00:10")]);
        var recovery = all.Engine.Get<LiveRecovery>();
        await recovery.StartAsync(TestContext.Current.CancellationToken);
        await all.Engine.Service.StartingAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"{all.All[0].Url} receives the address", Assert.Single(all.Logged(1205)), StringComparison.Ordinal);

        await all.All[0].StopAsync();
        await all.Engine.CheckAsync("198.51.100.1");
        await UntilAsync(all, () => all.Status is { HasFailedOver: true, ConsecutiveFailures: 0 });
        Assert.Single(all.Logged(1205));

        all.Engine.Change(("TrustedNetworks:0", "192.0.2.200"));
        all.Engine.Change(("TrustedNetworks:0", "192.0.2.201"));
        Assert.Equal(2, all.Logged(1205).Length);
        Assert.Contains($"{all.All[1].Url} receives the address", all.Logged(1205)[1], StringComparison.Ordinal);
        await recovery.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Clients' queries are answers, too: one failed check of access is no reason to leave a LAPI.</summary>
    [Fact]
    public async Task First_AnswersQueriesButFailsACheck_StaysInUse()
    {
        await using var all = await FailoverFixture.StartAsync(settings: [("Sync:Mode", "Live"), ("Live:Timeout", "00:00:10")]);
        var recovery = all.Engine.Get<LiveRecovery>();
        await recovery.StartAsync(TestContext.Current.CancellationToken);
        Assert.True(await all.Engine.IsBannedAsync("192.0.2.0"));
        all.All[0].Faults.Add(new Bouncer.Testing.Fault { Path = "/v1/decisions/stream", Status = 500 });
        for (var look = 0; look < 5; look++)
        {
            await Eventually.TrueAsync(() => all.Engine.Clock.NextTimer == LiveRecovery.Pause);
            all.Engine.Clock.Advance(LiveRecovery.Pause);
        }

        Assert.Empty(all.All[1].Requests);
        Assert.Equal(all.All[0].Url, all.Status.Lapi);
        await recovery.StopAsync(TestContext.Current.CancellationToken);
    }

    private static bool IsQuery(Bouncer.Testing.ReceivedRequest request) => request.PathAndQuery.StartsWith("/v1/decisions?", StringComparison.Ordinal);

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

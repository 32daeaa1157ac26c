using Bouncer.Testing;
using Bouncer.TestUtils;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.Tests.Failover;

/// <summary>Several LAPIs in stream mode: which one is used, and what is held meanwhile.</summary>
public sealed class LapiFailoverTests
{
    private const int FailedOver = 1134;
    private const int Returned = 1135;
    private const int NotUsable = 1137;

    private const string Whole = FailoverFixture.Whole;
    private const string Delta = FailoverFixture.Delta;

    [Fact]
    public async Task R7_FirstFails_ForHalfAMinute_TheNextReplacesItsDecisions()
    {
        await using var all = await FailoverFixture.StartAsync();
        await all.Engine.PullAsync();
        Assert.Equal(all.All[0].Url, all.Status.Lapi);

        await all.All[0].StopAsync();
        await all.PullAfterAsync(10);
        await all.PullAfterAsync(29);
        Assert.Equal("0", await all.HeldOfAsync());
        Assert.Empty(all.All[1].Requests);
        Assert.False(all.Status.HasFailedOver);

        await all.PullAfterAsync(1);
        await all.PullAfterAsync(10);
        Assert.Equal("1", await all.HeldOfAsync());
        Assert.Equal([Whole, Delta], all.PullsOf(1));
        Assert.Equal(all.All[1].Url, all.Status.Lapi);
        Assert.Equal(all.All[1].Url, all.Engine.Bouncer.Explain(System.Net.IPAddress.Parse("192.0.2.1")).Lapi);
        Assert.True(all.Status is { HasFailedOver: true, ConsecutiveFailures: 0 });
        Assert.Equal([$"LAPI at {all.All[1].Url} is used in place of {all.All[0].Url}, which has failed. No decisions were received for 00:00:30."], all.Logged(FailedOver));

        var health = await all.Engine.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal($"LAPI at {all.All[1].Url} is used, because one that comes before it in Bouncer:Lapi fails.", health.Description);
        Assert.Equal(all.All[1].Url.ToString(), health.Data["lapi"]);
    }

    [Fact]
    public async Task ShortOutage_ChangesNothing()
    {
        await using var all = await FailoverFixture.StartAsync();
        await all.Engine.PullAsync();
        await all.All[0].StopAsync();
        await all.PullAfterAsync(10);
        await all.All[0].StartAgainAsync();
        await all.PullForAsync(TimeSpan.FromMinutes(2));

        Assert.Empty(all.All[1].Requests);
        Assert.Equal("0", await all.HeldOfAsync());
    }

    [Fact]
    public async Task FirstNeverAnswered_TheNextIsTriedAtOnce()
    {
        await using var all = await FailoverFixture.StartAsync(count: 3);
        await all.All[0].StopAsync();
        await all.All[1].StopAsync();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await all.Engine.PullAsync();
        }

        Assert.Equal("2", await all.HeldOfAsync());
        Assert.Equal(all.All[2].Url, all.Status.Lapi);
    }

    [Fact]
    public async Task R7_FirstRecovers_IsUsedAgainOnceItHasAnsweredForFiveMinutes()
    {
        await using var all = await FailOverAsync();
        await all.All[0].StartAgainAsync();
        await all.PullForAsync(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(10), async () => Assert.Equal("1", await all.HeldOfAsync()));
        Assert.True(all.Status.HasFailedOver);

        for (var poll = 0; poll < 100 && all.Status.HasFailedOver; poll++)
        {
            await all.PullAfterAsync(10);
        }

        Assert.Equal("0", await all.HeldOfAsync());
        Assert.False(all.Status.HasFailedOver);
        Assert.Equal(all.All[0].Url, all.Status.Lapi);
        Assert.Equal([$"LAPI at {all.All[0].Url} has recovered and is used again, in place of {all.All[1].Url}."], all.Logged(Returned));
        Assert.Equal(Whole, all.PullsOf(0).SkipWhile(pull => pull != Delta).SkipWhile(pull => pull == Delta).First());
        Assert.Equal(HealthStatus.Healthy, (await all.Engine.HealthAsync()).Status);
    }

    [Fact]
    public async Task FirstFlaps_IsNotUsedAgain()
    {
        await using var all = await FailOverAsync();
        for (var flap = 0; flap < 4; flap++)
        {
            await all.All[0].StartAgainAsync();
            await all.PullForAsync(TimeSpan.FromMinutes(4));
            await all.All[0].StopAsync();
            await all.PullForAsync(TimeSpan.FromSeconds(20));
        }

        Assert.True(all.Status.HasFailedOver);
        Assert.DoesNotContain(Whole, all.PullsOf(1).Skip(1));
    }

    [Fact]
    public async Task FirstRefusesTheKey_IsNotUsedAgain()
    {
        await using var all = await FailOverAsync();
        await all.All[0].StartAgainAsync();
        all.All[0].Faults.Add(new Fault { Path = "/v1/", Status = 403 });
        await all.PullForAsync(TimeSpan.FromMinutes(10));

        Assert.Equal("1", await all.HeldOfAsync());
        Assert.DoesNotContain(Whole, all.PullsOf(1).Skip(1));
        Assert.Empty(all.Logged(Returned));
    }

    [Fact]
    public async Task FirstAcceptsTheKeyButItsListFails_WhatIsHeldStays_AndTheNextGoesOn()
    {
        await using var all = await FailOverAsync();
        await all.All[0].StartAgainAsync();
        all.All[0].Faults.Add(new Fault { Path = "/v1/decisions/stream", Status = 200, Body = "{" });
        await all.PullForAsync(TimeSpan.FromMinutes(7), async () => Assert.Equal("1", await all.HeldOfAsync()));
        Assert.True(all.Status.HasFailedOver);
        Assert.Equal(0, all.Status.ConsecutiveFailures);
        Assert.True(all.PullsOf(0).Count(pull => pull == Whole) > 1, "The first was tried again.");

        all.All[1].Database.Add("198.51.100.1");
        await all.PullAfterAsync(10);
        Assert.True(await all.Engine.IsBannedAsync("198.51.100.1"));
    }

    [Fact]
    public async Task FirstNeverSendsItsList_IsTriedLessAndLessOften()
    {
        await using var all = await FailOverAsync();
        await all.All[0].StartAgainAsync();
        all.All[0].Faults.Add(new Fault { Path = "/v1/decisions/stream", Status = 200, Body = "{" });
        var before = all.PullsOf(0).Length;

        // After 5, 10 and 20 minutes, each up to a fifth longer.
        await all.PullForAsync(TimeSpan.FromMinutes(43));
        Assert.Equal([Whole, Whole, Whole], all.PullsOf(0)[before..]);
    }

    /// <summary>With a long time between polls, one check of access is no proof of five minutes.</summary>
    [Fact]
    public async Task FirstAnswersOnce_IsNotUsedAgain()
    {
        await using var all = await FailOverAsync();
        await all.All[0].StartAgainAsync();
        await all.PullAfterAsync(600);
        await Eventually.TrueAsync(() => all.All[0].Requests.Any(request => request.Method == "HEAD"));
        await all.All[0].StopAsync();
        await all.PullAfterAsync(600);
        Assert.Equal("1", await all.HeldOfAsync());
        Assert.DoesNotContain(Whole, all.PullsOf(0)[1..]);
        Assert.Equal(0, all.Status.ConsecutiveFailures);
    }

    [Fact]
    public async Task FirstRecovers_OtherSettingsChange_TheTimeGoesOn()
    {
        await using var all = await FailOverAsync();
        await all.All[0].StartAgainAsync();
        await all.PullForAsync(TimeSpan.FromMinutes(4));
        all.Engine.Change(("Sync:MaxStaleness", "01:00:00"));
        await all.PullForAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("0", await all.HeldOfAsync());
    }

    [Fact]
    public async Task NextCannotBeUsedEither_EachReasonIsLoggedOnce()
    {
        await using var all = await FailoverFixture.StartAsync();
        await all.Engine.PullAsync();
        await all.All[0].StopAsync();
        all.All[1].Faults.Add(new Fault { Status = 403 });
        await all.PullForAsync(TimeSpan.FromMinutes(3));
        Assert.Single(all.Logged(NotUsable));

        all.All[1].Faults.Clear();
        all.All[1].Faults.Add(new Fault { Status = 500 });
        await all.PullForAsync(TimeSpan.FromMinutes(3));
        Assert.Equal(2, all.Logged(NotUsable).Length);
    }

    [Fact]
    public async Task ReturnAfterZero_StaysWithTheOneThatAnswers()
    {
        await using var all = await FailOverAsync(("Lapi:ReturnAfter", "00:00:00"));
        await all.All[0].StartAgainAsync();
        await all.PullForAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("1", await all.HeldOfAsync());
        Assert.False(all.Status.HasFailedOver);
        Assert.Equal(HealthStatus.Healthy, (await all.Engine.HealthAsync()).Status);
        Assert.Single(all.All[0].Requests, request => request.Method == "HEAD");

        // The order is a circle.
        await all.All[1].StopAsync();
        await all.PullForAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("0", await all.HeldOfAsync());
    }

    [Fact]
    public async Task AllFail_WhatIsHeldStays_AndTheFirstThatAnswersIsUsed()
    {
        await using var all = await FailoverFixture.StartAsync(count: 3);
        await all.Engine.PullAsync();
        foreach (var lapi in all.All)
        {
            await lapi.StopAsync();
        }

        await all.PullForAsync(TimeSpan.FromMinutes(3), async () => Assert.Equal("0", await all.HeldOfAsync()));
        await all.All[2].StartAgainAsync();
        await all.PullForAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("2", await all.HeldOfAsync());
    }

    [Fact]
    public async Task FailedOver_ChangedSettings_KeepTheLapiInUse_UnlessItIsRemoved()
    {
        await using var all = await FailOverAsync();
        all.Engine.Change(("Lapi:Timeout", "00:00:09"));
        await all.Engine.PullAsync();
        Assert.Equal("1", await all.HeldOfAsync());
        Assert.Equal(all.All[1].Url, all.Status.Lapi);
        Assert.DoesNotContain(Whole, all.PullsOf(1).Skip(1));

        await all.All[0].StartAgainAsync();
        all.Engine.Change(("Lapi:Fallbacks:0:Url", "http://127.0.0.1:1/"));
        await all.Engine.PullAsync();
        Assert.Equal("0", await all.HeldOfAsync());
    }

    [Fact]
    public async Task IdsOfOneLapi_AreNeverTakenForThoseOfAnother()
    {
        await using var all = await FailoverFixture.StartAsync();
        await all.Engine.PullAsync();
        await all.All[0].StopAsync();
        await all.PullForAsync(TimeSpan.FromSeconds(50));

        // Number 1 is 192.0.2.1 here and 192.0.2.0 there.
        all.All[1].Database.Delete(1);
        await all.PullAfterAsync(10);
        Assert.Equal("", await all.HeldOfAsync());
    }

    /// <summary>The questions about its list fail: they are what a list of the same LAPI is doubted by.</summary>
    [Theory]
    [InlineData(500)]
    [InlineData(403)]
    public async Task ListOfTheNext_ThatCannotBeProved_ReplacesWhatIsHeldAllTheSame(int status)
    {
        await using var all = await FailoverFixture.StartAsync();
        await all.Engine.PullAsync();
        all.FailQueries(1, status);
        await all.All[0].StopAsync();
        await all.PullForAsync(TimeSpan.FromSeconds(40));

        Assert.Equal("1", await all.HeldOfAsync());
    }

    [Fact]
    public async Task FirstAsksToBeCalledLater_TheNextIsNotKeptWaiting()
    {
        await using var all = await FailoverFixture.StartAsync();
        all.All[0].Faults.Add(new Fault { Status = 503, Headers = new Dictionary<string, string> { ["Retry-After"] = "3600" } });
        Assert.Equal(TimeSpan.FromSeconds(1), await all.Engine.PullAsync());
        await all.Engine.PullAsync();

        Assert.Equal("1", await all.HeldOfAsync());
    }

    [Theory]
    [InlineData("Lapi:Fallbacks:0:Url", null, "Bouncer:Lapi:Fallbacks:0:Url is missing")]
    [InlineData("Lapi:Fallbacks:0:Url", "ftp://192.0.2.1", "Bouncer:Lapi:Fallbacks:0:Url must begin with http:// or https://")]
    [InlineData("Lapi:Fallbacks:0:ApiKey", null, "Bouncer:Lapi:Fallbacks:0:ApiKey is missing")]
    [InlineData("Lapi:Fallbacks:0:ApiKeyFile", "key", "Bouncer:Lapi:Fallbacks:0:ApiKey and Bouncer:Lapi:Fallbacks:0:ApiKeyFile are both set")]
    [InlineData("Lapi:Fallbacks:0:Tls:Pins", "1", "Bouncer:Lapi:Fallbacks:0:Tls:Pins:0 is not a pin")]
    [InlineData("Lapi:Fallbacks:0:Proxy", "ftp:", "Bouncer:Lapi:Fallbacks:0:Proxy is not the URL of a proxy")]
    [InlineData("Lapi:Fallbacks:0:Timeout", "00:00:01", "Bouncer:Lapi:Fallbacks:0:Timeout is not a setting")]
    [InlineData("Lapi:FailoverAfter", "-00:00:01", "Bouncer:Lapi:FailoverAfter is -00:00:01")]
    [InlineData("Lapi:ReturnAfter", "2.00:00:00", "Bouncer:Lapi:ReturnAfter is 2.00:00:00")]
    public async Task Setting_ThatIsNotValid_IsNamed(string key, string? value, string error)
    {
        await using var all = await FailoverFixture.StartAsync();
        all.Engine.Change((key, value));
        Assert.Contains(error, Assert.Single(all.Logged(1129)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fallback_WithTheUrlOfAnEarlierLapi_IsRefused()
    {
        await using var all = await FailoverFixture.StartAsync();
        all.Engine.Change(("Lapi:Fallbacks:0:Url", all.All[0].Url.ToString()));
        Assert.Contains("Bouncer:Lapi:Fallbacks:0:Url is that of an earlier LAPI", Assert.Single(all.Logged(1129)), StringComparison.Ordinal);
    }

    private static async Task<FailoverFixture> FailOverAsync(params (string Key, string? Value)[] settings)
    {
        var all = await FailoverFixture.StartAsync(settings: settings);
        await all.Engine.PullAsync();
        await all.PullAfterAsync(10);
        await all.All[0].StopAsync();
        await all.PullForAsync(TimeSpan.FromSeconds(50));
        Assert.Equal("1", await all.HeldOfAsync());
        return all;
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using Bouncer.Telemetry;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging;

namespace Bouncer.Tests.UsageMetrics;

/// <summary>What LAPI gets, when, and what becomes of it when LAPI fails.</summary>
public sealed class UsageReporterTests
{
    [Fact]
    public async Task Report_AfterAnInterval_HasWhatWasCountedAndWhoSendsIt()
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Lapi.Database.Add("192.0.2.1", origin: "CAPI");
        usage.Lapi.Database.Add("2001:db8::/48", origin: "lists:firehol_x");
        usage.Clock.Advance(TimeSpan.FromSeconds(1));
        await usage.PullAsync();
        usage.Process("ipv4", 5);
        usage.Process("ipv6", 4);
        usage.Drop("CAPI", 2);
        usage.Drop("lists:firehol_x", 3, "ipv6");

        await usage.PassAsync();

        var component = Assert.Single(usage.Accepted);
        Assert.Equal(
            [("active_decisions", "CAPI", "ipv4", 1), ("active_decisions", "lists:firehol_x", "ipv6", 1), ("dropped", "CAPI", "ipv4", 2), ("dropped", "lists:firehol_x", "ipv6", 3), ("processed", null, "ipv4", 5), ("processed", null, "ipv6", 4)],
            UsageFixture.Items(component).Select(item => (item.Name, item.Origin, item.Family, item.Value)).Order());
        var meta = component.GetProperty("metrics")[0].GetProperty("meta");
        Assert.Equal(900, meta.GetProperty("window_size_seconds").GetInt64());
        Assert.Equal(usage.Clock.GetUtcNow().ToUnixTimeSeconds(), meta.GetProperty("utc_now_timestamp").GetInt64());
        var agent = usage.Lapi.Requests.Last(request => request.PathAndQuery == UsageFixture.Path).UserAgent;
        Assert.Equal(agent, $"{component.GetProperty("type").GetString()}/{component.GetProperty("version").GetString()}");
        Assert.Equal(usage.Lapi.Requests[0].UserAgent, agent);
        Assert.All(["name", "version", "family"], name => Assert.NotEmpty(component.GetProperty("os").GetProperty(name).GetString()!));
        Assert.Equal(0, component.GetProperty("feature_flags").GetArrayLength());
        Assert.Equal(usage.Clock.GetUtcNow() - UsageFixture.Interval + TimeSpan.FromSeconds(1), DateTimeOffset.FromUnixTimeSeconds(component.GetProperty("last_pull").GetInt64()));
    }

    [Fact]
    public async Task Report_EachTime_HasOnlyWhatCameSince()
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Drop("CAPI", 2);
        await usage.PassAsync();
        await usage.PassAsync();
        usage.Drop("CAPI", 2);
        await usage.PassAsync();

        Assert.Equal(3, usage.Accepted.Length);
        Assert.Empty(UsageFixture.Items(usage.Accepted[1]));
        Assert.Equal(4, usage.Shown()["dropped CAPI ipv4"]);
    }

    [Fact]
    public async Task Report_CounterBeganAgain_CountsFromZero()
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Drop("CAPI", 100);
        await usage.PassAsync();
        usage.Restart("CAPI", 7);
        await usage.PassAsync();

        Assert.Equal(107, usage.Shown()["dropped CAPI ipv4"]);
    }

    [Fact]
    public async Task Report_OriginHasNoDecisionsAnyMore_SaysZero()
    {
        await using var usage = await UsageFixture.StartAsync();
        var id = usage.Lapi.Database.Add("192.0.2.1", origin: "CAPI");
        usage.Clock.Advance(TimeSpan.FromSeconds(1));
        await usage.PullAsync();
        await usage.PassAsync();
        usage.Lapi.Database.Delete(id);
        usage.Clock.Advance(TimeSpan.FromSeconds(1));
        await usage.PullAsync();
        await usage.PassAsync();

        Assert.Equal([1, 0], usage.Accepted.SelectMany(UsageFixture.Items).Select(item => item.Value));
    }

    [Fact]
    public async Task Report_ManyAndLongOrigins_AreFewAndShort()
    {
        await using var usage = await UsageFixture.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            usage.Drop($"lists:{i}" + new string('x', 300));
        }

        await usage.PassAsync();

        var items = UsageFixture.Items(Assert.Single(usage.Accepted)).ToArray();
        Assert.Equal(65, items.Length);
        Assert.Equal(36, items.Single(item => item.Origin == "other").Value);
        Assert.All(items, item => Assert.InRange(item.Origin!.Length, 1, 255));
    }

    [Fact]
    public async Task Report_AnswerIsCut_IsSentAgainAsItWasAndCountedOnce()
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Lapi.Faults.Add(new Fault { Path = UsageFixture.Path, CutAfter = 0 }, times: 1);
        usage.Drop("CAPI", 2);
        await usage.PassAsync();
        usage.Drop("CAPI", 3);
        await usage.PassAsync(attempts: 2);

        Assert.Equal(3, usage.Accepted.Length);
        Assert.Equal(usage.Accepted[0].GetRawText(), usage.Accepted[1].GetRawText());
        Assert.Equal(5, usage.Shown()["dropped CAPI ipv4"]);
        Assert.Equal(1, usage.Log.Count(EventIds.UsageFailed));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Report_LapiFails_NothingIsLost(int status)
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Lapi.Faults.Add(new Fault { Path = UsageFixture.Path, Status = status }, times: 2);
        usage.Drop("CAPI", 2);
        await usage.PassAsync();
        usage.Drop("CAPI", 3);
        await usage.PassAsync();
        await usage.PassAsync(attempts: 2);

        Assert.Equal(5, usage.Shown()["dropped CAPI ipv4"]);
        Assert.Equal([900, 1800], usage.Accepted.Select(one => one.GetProperty("metrics")[0].GetProperty("meta").GetProperty("window_size_seconds").GetInt64()));
        Assert.Equal(1, usage.Log.Count(EventIds.UsageFailed));
    }

    /// <summary>CrowdSec has no limit for a window.</summary>
    [Fact]
    public async Task Report_LapiFailsForADay_HasAWindowOfADay()
    {
        const int intervals = 96;
        await using var usage = await UsageFixture.StartAsync();
        usage.Lapi.Faults.Add(new Fault { Path = UsageFixture.Path, Status = 503 }, times: intervals);
        for (var i = 0; i < intervals; i++)
        {
            usage.Drop("CAPI");
            await usage.PassAsync();
        }

        usage.Drop("CAPI");
        await usage.PassAsync(attempts: 2);
        Assert.Equal(intervals + 1, usage.Shown()["dropped CAPI ipv4"]);
        Assert.Equal([900, 86_400], usage.Accepted.Select(one => one.GetProperty("metrics")[0].GetProperty("meta").GetProperty("window_size_seconds").GetInt64()));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(422)]
    public async Task Report_IsRefused_IsLostAndLoggedAndNotSentAgain(int status)
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Lapi.Faults.Add(new Fault { Path = UsageFixture.Path, Status = status, Body = """{"message":"validation failure list"}""" }, times: 1);
        usage.Drop("CAPI", 2);
        await usage.PassAsync();
        usage.Drop("CAPI", 3);
        await usage.PassAsync();

        Assert.Equal(3, usage.Shown()["dropped CAPI ipv4"]);
        Assert.Equal(LogLevel.Warning, Assert.Single(usage.Log.Lines, line => line.Id == EventIds.UsageRefused).Level);
    }

    [Fact]
    public async Task Report_LapiIsOld_IsTriedSeldomAndLoggedOnce()
    {
        await using var usage = await UsageFixture.StartAsync(LocalApiDialect.V146);
        usage.Drop("CAPI", 2);
        for (var i = 0; i < 60; i++)
        {
            await usage.PassAsync(attempts: i is 0 or 24 or 48 ? 1 : 0);
        }

        Assert.Equal(LogLevel.Information, Assert.Single(usage.Log.Lines, line => line.Id == EventIds.UsageNotTaken).Level);
        await usage.StopAsync();
        Assert.Equal(3, usage.Attempts);
    }

    [Fact]
    public async Task Report_LapiRestarts_NothingIsLost()
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Drop("CAPI", 2);
        await usage.Lapi.StopAsync();
        await usage.PassAsync(attempts: 0);
        await Eventually.TrueAsync(() => usage.Log.Count(EventIds.UsageFailed) == 1);
        await usage.Lapi.StartAgainAsync();
        usage.Drop("CAPI", 3);
        await usage.PassAsync(attempts: 2);

        Assert.Equal(5, usage.Shown()["dropped CAPI ipv4"]);
    }

    [Fact]
    public async Task Stop_SomethingWasCounted_ReportsIt()
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Drop("CAPI", 2);
        await usage.StopAsync();

        Assert.Equal(2, usage.Shown()["dropped CAPI ipv4"]);
    }

    [Fact]
    public async Task Stop_NothingWasCounted_SendsNothing()
    {
        await using var usage = await UsageFixture.StartAsync();
        await usage.StopAsync();

        Assert.Equal(0, usage.Attempts);
    }

    [Fact]
    public async Task Stop_LapiIsSilent_EndsSoon()
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Lapi.Faults.Add(new Fault { Path = UsageFixture.Path, StallAfter = 0 });
        usage.Drop("CAPI", 2);
        var watch = Stopwatch.StartNew();
        await usage.StopAsync();

        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Interval_Zero_SendsNothingAndForgetsWhatIsCounted()
    {
        await using var usage = await UsageFixture.StartAsync(settings: ("UsageMetrics:Interval", "00:00:00"));
        usage.Drop("CAPI", 2);
        usage.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, usage.Clock.ArmedTimers);

        usage.Set(("UsageMetrics:Interval", "00:15:00"));
        usage.Reload();
        await Eventually.TrueAsync(() => usage.Clock.IsArmedIn(UsageFixture.Interval));
        usage.Drop("CAPI", 3);
        await usage.PassAsync();

        Assert.Equal(3, usage.Shown()["dropped CAPI ipv4"]);
        usage.Set(("UsageMetrics:Interval", "00:00:00"));
        usage.Reload();
        await Eventually.TrueAsync(() => usage.Clock.ArmedTimers == 0);
        usage.Drop("CAPI", 4);
        await usage.StopAsync();
        Assert.Equal(1, usage.Attempts);
    }

    [Fact]
    public async Task Report_AnotherHostOfTheProcess_IsNotCounted()
    {
        await using var usage = await UsageFixture.StartAsync();
        await using var other = await UsageFixture.StartAsync();
        other.Drop("CAPI", 2);
        await usage.PassAsync();

        Assert.Empty(UsageFixture.Items(Assert.Single(usage.Accepted)));
    }

    [Fact]
    public async Task Report_AnInstrumentFails_TheOthersAreReported()
    {
        await using var usage = await UsageFixture.StartAsync();
        usage.Meters.Create(BouncerTelemetry.MeterName).CreateObservableCounter("bouncer.dropped.packets", new Func<long>(() => throw new InvalidOperationException("A defect.")));
        usage.Drop("CAPI", 2);
        await usage.PassAsync();

        Assert.Equal(2, usage.Shown()["dropped CAPI ipv4"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Report_RandomCountsAndFailures_AddUpToWhatWasCounted(int seed)
    {
        var random = new Random(seed);
        var counted = new Dictionary<string, long>();
        await using var usage = await UsageFixture.StartAsync();
        for (var i = 0; i < 40; i++)
        {
            Fault? fault = random.Next(5) switch
            {
                0 => new() { Path = UsageFixture.Path, CutAfter = 0 },
                1 => new() { Path = UsageFixture.Path, Status = random.Next(2) == 0 ? 403 : 503 },
                _ => null,
            };
            if (fault is not null)
            {
                usage.Lapi.Faults.Add(fault, times: 1);
            }

            foreach (var origin in (string[])["CAPI", "cscli"])
            {
                var count = random.Next(3);
                usage.Drop(origin, count);
                counted[$"dropped {origin} ipv4"] = counted.GetValueOrDefault($"dropped {origin} ipv4") + count;
            }

            var before = usage.Attempts;
            await Eventually.TrueAsync(() => usage.Clock.IsArmedIn(UsageFixture.Interval));
            usage.Clock.Advance(UsageFixture.Interval);
            await Eventually.TrueAsync(() => usage.Attempts > before && usage.Clock.IsArmedIn(UsageFixture.Interval));
        }

        usage.Lapi.Faults.Clear();
        await usage.StopAsync();
        Assert.Equal(counted.Where(entry => entry.Value > 0).OrderBy(entry => entry.Key), usage.Shown().OrderBy(entry => entry.Key));
    }
}

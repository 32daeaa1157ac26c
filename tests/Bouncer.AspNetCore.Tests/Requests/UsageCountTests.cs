using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>The counters that LAPI gets as usage metrics.</summary>
public sealed class UsageCountTests
{
    [Fact]
    public async Task Requests_ProcessedAndDropped_AreCountedOnceByFamilyAndOrigin()
    {
        await using var site = await TestSite.StartAsync(
            decisions: lapi => lapi.Add("192.0.2.8", origin: "lists:firehol_x"));
        using var processed = site.App.Services.Collect("bouncer.processed.requests");
        using var dropped = site.App.Services.Collect("bouncer.dropped.requests");
        using var checks = site.App.Services.Collect("bouncer.checks");
        foreach (var client in (string[])["192.0.2.8", "192.0.2.8", "192.0.2.7", "2001:db8::7"])
        {
            using var answer = await site.GetAsync("/", client);
        }

        await Eventually.TrueAsync(() => checks.GetMeasurementSnapshot().Count == 4);
        Assert.Equal([("network.type=ipv4", 3), ("network.type=ipv6", 1)], Read(processed));
        Assert.Equal([("bouncer.origin=lists:firehol_x network.type=ipv4", 2)], Read(dropped));
    }

    [Fact]
    public async Task Requests_ManyOrigins_AreCountedUnderAFewNames()
    {
        await using var site = await TestSite.StartAsync(decisions: lapi =>
        {
            for (var i = 0; i < 80; i++)
            {
                lapi.Add($"198.51.100.{i}", origin: $"lists:{i}");
            }
        });
        using var dropped = site.App.Services.Collect("bouncer.dropped.requests");
        for (var i = 0; i < 80; i++)
        {
            using var answer = await site.GetAsync("/", $"198.51.100.{i}");
        }

        var counted = Read(dropped);
        Assert.Equal((65, 80), (counted.Length, counted.Sum(entry => entry.Count)));
        Assert.Contains(("bouncer.origin=other network.type=ipv4", 16), counted);
    }

    private static (string Tags, long Count)[] Read(MetricCollector<long> collector)
    {
        collector.RecordObservableInstruments();
        return [.. collector.GetMeasurementSnapshot().Zip(collector.Tags, (measurement, tags) => (tags, measurement.Value))];
    }
}

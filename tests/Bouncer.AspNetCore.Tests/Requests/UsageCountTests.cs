using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
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
        using var remediations = site.App.Services.Collect("bouncer.remediations");
        foreach (var client in (string[])["192.0.2.8", "192.0.2.8", "192.0.2.7", "2001:db8::7"])
        {
            using var answer = await site.GetAsync("/", client);
        }

        await CountedAsync(remediations, 2);
        Assert.Equal([("bouncer.source=store network.type=ipv4", 3), ("bouncer.source=store network.type=ipv6", 1)], processed.Counts);
        Assert.Equal([("bouncer.origin=lists:firehol_x network.type=ipv4", 2)], dropped.Counts);
        Assert.Equal([("bouncer.remediation=ban bouncer.origin=lists:firehol_x bouncer.policy=default bouncer.outcome=handled", 2)], remediations.Counts);
    }

    [Theory]
    [InlineData(false, "handled", 2)]
    [InlineData(true, "dry_run", 0)]
    public async Task Requests_WithARemediation_AreDroppedUnlessTheyPass(bool isDryRun, string outcome, int droppedFamilies)
    {
        await using var site = await TestSite.StartAsync(
            builder => builder.ConfigureHttp(options => options.DryRun = isDryRun),
            decisions: lapi =>
            {
                lapi.Add("192.0.2.8", origin: "CAPI");
                lapi.Add("2001:db8::8", origin: "CAPI");
            });
        using var dropped = site.App.Services.Collect("bouncer.dropped.requests");
        using var remediations = site.App.Services.Collect("bouncer.remediations");
        foreach (var client in (string[])["192.0.2.8", "2001:db8::8"])
        {
            using var answer = await site.GetAsync("/", client);
        }

        // Clients of both families are one number where the family is no tag.
        await CountedAsync(remediations, 2);
        Assert.Equal([($"bouncer.remediation=ban bouncer.origin=CAPI bouncer.policy=default bouncer.outcome={outcome}", 2)], remediations.Counts);
        Assert.Equal(
            new[] { ("bouncer.origin=CAPI network.type=ipv4", 1L), ("bouncer.origin=CAPI network.type=ipv6", 1L) }.Take(droppedFamilies), dropped.Counts);
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
        using var remediations = site.App.Services.Collect("bouncer.remediations");
        for (var i = 0; i < 80; i++)
        {
            using var answer = await site.GetAsync("/", $"198.51.100.{i}");
        }

        await CountedAsync(remediations, 80);
        Assert.Equal((65, 80), (dropped.Counts.Length, dropped.Counts.Sum(entry => entry.Count)));
        Assert.Contains(("bouncer.origin=other network.type=ipv4", 16), dropped.Counts);
        Assert.Equal((65, 80), (remediations.Counts.Length, remediations.Counts.Sum(entry => entry.Count)));
        Assert.Contains(("bouncer.remediation=ban bouncer.origin=other bouncer.policy=default bouncer.outcome=handled", 16), remediations.Counts);
    }

    /// <summary>A request is counted when it was answered.</summary>
    private static Task CountedAsync(MetricCollector<long> collector, int requests) =>
        Eventually.TrueAsync(() => collector.Counts.Sum(entry => entry.Count) == requests);
}

using System.Diagnostics.Metrics;
using System.Net;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Telemetry;

public sealed class BouncerHttpMetricsTests
{
    private static readonly IPAddress s_client = IPAddress.Parse(TestSite.Banned);

    [Theory]
    [InlineData(5)]
    [InlineData(300)]
    public void Counting_WhatWasCountedBefore_AllocatesNothing(int originLength)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new BouncerHttpMetrics(services.GetRequiredService<IMeterFactory>());
        var verdict = new BouncerVerdict(Remediation.Ban, new Decision { Value = TestSite.Banned, Remediation = Remediation.Ban, Origin = new string('o', originLength) }, VerdictSource.Store);
        var features = new FeatureCollection();

        void Count()
        {
            for (var i = 0; i < 10_000; i++)
            {
                metrics.Checked(VerdictSource.Store, s_client);
                metrics.Remediated(features, "ban", verdict, "default", Outcome.Handled, isRefused: true, s_client);
                metrics.ConnectionDropped(verdict.Decision!.Origin, s_client);
            }
        }

        Count();
        Assert.Equal(0, AllocatedBytes.Of(Count));
    }

    [Fact]
    public void Checked_OnManyThreads_LosesNothing()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new BouncerHttpMetrics(services.GetRequiredService<IMeterFactory>());
        using var processed = services.Collect("bouncer.processed.requests");
        using var dropped = services.Collect("bouncer.dropped.connections");
        Parallel.For(0, 100_000, i =>
        {
            metrics.Checked((VerdictSource)(i % 7), i % 2 == 0 ? s_client : null);
            metrics.ConnectionDropped($"lists:{i % 70}", s_client);
        });
        Assert.Equal((14, 100_000), (processed.Counts.Length, processed.Counts.Sum(count => count.Count)));
        Assert.Equal((65, 100_000), (dropped.Counts.Length, dropped.Counts.Sum(count => count.Count)));
    }

    [Fact]
    public void Checked_EachSource_IsCountedUnderItsName()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new BouncerHttpMetrics(services.GetRequiredService<IMeterFactory>());
        using var processed = services.Collect("bouncer.processed.requests");
        foreach (var source in Enum.GetValues<VerdictSource>())
        {
            for (var times = -1; times < (int)source; times++)
            {
                metrics.Checked(source, null);
            }
        }

        Assert.Equal(
            Enum.GetValues<VerdictSource>().Select(source => (source.ToString().ToUpperInvariant(), (int)source + 1L)).Order(),
            processed.Counts.Select(count => (count.Tags["bouncer.source=".Length..].Replace("_", "", StringComparison.Ordinal).ToUpperInvariant(), count.Count)).Order());
    }
}

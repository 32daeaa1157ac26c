using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.AspNetCore.Tests.Privacy;

/// <summary>Where visitors' addresses go: nowhere in the default configuration.</summary>
public sealed class VisitorAddressTests
{
    /// <summary>No decision names them: LAPI knows those that one names anyway.</summary>
    private static readonly string[] Visitors = ["203.0.113.45", "2001:db8:77:5::abcd", "198.51.100.77", "198.51.101.78", "198.51.102.79", "2001:db8:bad:8::79"];

    [Fact]
    public async Task P1_DefaultConfiguration_SendsNoVisitorsAddress()
    {
        var sent = await SentToLapiAsync(EngineState.Synchronized);

        Assert.Contains("/v1/decisions/stream", sent, StringComparison.Ordinal);
        Assert.Contains("\"processed\"", sent, StringComparison.Ordinal);
        Assert.Empty(AddressSearch.FindIn(sent, Visitors));
    }

    /// <summary>What the default does not: the search finds what there is.</summary>
    [Fact]
    public async Task P1_LiveMode_SendsEachVisitorsAddress() =>
        Assert.Equal(Visitors, AddressSearch.FindIn(await SentToLapiAsync(EngineState.Live), Visitors));

    [Fact]
    public async Task P2_P7_LogsTracesMetricsAndHealth_HaveNoVisitorsAddress()
    {
        var told = new StringBuilder();
        using var metrics = Listen(told);
        using var traces = Trace(told);
        await using var site = await TestSite.StartAsync(
            configure: static builder => builder.Services.Configure<BouncerHttpOptions>(static options => options.LogRefusals = true).AddHealthChecks(), decisions: Decide);
        await VisitAsync(site);
        metrics.RecordObservableInstruments();
        var health = await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        told.AppendJoin('\n', health.Entries.Select(static entry => $"{entry.Key} {entry.Value.Description} {string.Join(' ', entry.Value.Data)}"));
        told.Append(site.App.Services.GetRequiredService<IBouncer>().Status);
        await site.App.StopAsync();
        told.AppendJoin('\n', site.Logs.GetSnapshot()
            .Where(static line => line.Category?.StartsWith("Bouncer", StringComparison.Ordinal) == true)
            .Select(static line => $"{line.Message} {line.Exception} {string.Join(' ', line.StructuredState ?? [])} {string.Join(' ', line.Scopes)}"));

        var text = told.ToString();
        Assert.Contains("bouncer.remediations", text, StringComparison.Ordinal);
        Assert.Contains("Refused with reference", text, StringComparison.Ordinal);
        Assert.Empty(AddressSearch.FindIn(text, Visitors));
    }

    private static async Task<string> SentToLapiAsync(EngineState state)
    {
        RecordingRelay? relay = null;
        await using (var site = await TestSite.StartAsync(
            configure: builder => builder.Services.PostConfigure<BouncerOptions>(options => options.Lapi.Url = (relay ??= new RecordingRelay(options.Lapi.Url!)).Url),
            decisions: Decide,
            state: state))
        {
            await VisitAsync(site);
            await site.App.StopAsync();
        }

        await relay!.DisposeAsync();
        return Encoding.Latin1.GetString(relay.Sent);
    }

    private static void Decide(DecisionDatabase lapi)
    {
        lapi.Add("198.51.100.0/24", scope: "range");
        lapi.Add("198.51.101.0/24", type: "captcha", scope: "range");
        lapi.Add("198.51.102.0/24", type: "throttle", scope: "range");
        lapi.Add("2001:db8:bad::/48", scope: "range");
    }

    private static async Task VisitAsync(TestSite site)
    {
        foreach (var accept in (string[])["text/html", "application/json"])
        {
            foreach (var visitor in Visitors)
            {
                for (var request = 0; request < 3; request++)
                {
                    using var answer = await site.GetAsync("/", visitor, accept);
                }
            }
        }
    }

    private static MeterListener Listen(StringBuilder told)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith("Bouncer", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Tell(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Tell(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Tell(instrument, tags));
        listener.Start();
        return listener;

        void Tell(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (told)
            {
                told.AppendLine($"{instrument.Name} {string.Join(' ', tags.ToArray())}");
            }
        }
    }

    private static ActivityListener Trace(StringBuilder told)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name.StartsWith("Bouncer", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (told)
                {
                    told.AppendLine($"{activity.DisplayName} {string.Join(' ', activity.TagObjects)} {string.Join(' ', activity.Events.SelectMany(static one => one.Tags))}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}

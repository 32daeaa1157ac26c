using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;

namespace Bouncer.AspNetCore.Tests.Sites;

/// <summary>Reads counters of the bouncer's meter.</summary>
internal static class Counted
{
    /// <summary>Collects what a counter of this application counts from now on.</summary>
    internal static MetricCollector<long> Collect(this IServiceProvider services, string counter) =>
        new(services.GetRequiredService<IMeterFactory>(), BouncerTelemetry.MeterName, counter);

    extension(MetricCollector<long> collector)
    {
        /// <summary>The tags of each measurement so far, in the order in which they were given.</summary>
        internal string[] Tags => [.. collector.GetMeasurementSnapshot().Select(TextOf)];

        /// <summary>What an observable counter has counted, by its tags, in their order.</summary>
        internal (string Tags, long Count)[] Counts
        {
            get
            {
                collector.Clear();
                collector.RecordObservableInstruments();
                return [.. collector.GetMeasurementSnapshot().Select(measurement => (Tags: TextOf(measurement), measurement.Value)).OrderBy(count => count.Tags, StringComparer.Ordinal)];
            }
        }
    }

    private static string TextOf(CollectedMeasurement<long> measurement) => string.Join(' ', measurement.Tags.Select(tag => $"{tag.Key}={tag.Value}"));
}

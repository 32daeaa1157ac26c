using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Fakes;

/// <summary>Listens to the bouncer's meter of one application.</summary>
internal sealed class MetricCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Instrument, string Tags)> _measured = new();

    internal MetricCollector(IServiceProvider services)
    {
        var scope = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == BouncerTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, scope))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
            _measured.Enqueue((instrument.Name, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")))));
        _listener.Start();
    }

    /// <summary>The tags of each measurement of an instrument.</summary>
    internal string[] Of(string instrument) => [.. _measured.Where(entry => entry.Instrument == instrument).Select(entry => entry.Tags)];

    public void Dispose() => _listener.Dispose();
}

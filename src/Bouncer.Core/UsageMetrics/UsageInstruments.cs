using System.Diagnostics.Metrics;
using Bouncer.Telemetry;

namespace Bouncer.UsageMetrics;

/// <summary>Reads the instruments of adapters that are reported: observable counters of the meter <see cref="BouncerTelemetry.MeterName"/>
/// with these names, and the tags <c>bouncer.origin</c> and <c>network.type</c>. They are read only when a report is made, so counting
/// costs requests nothing more, and OpenTelemetry sees the same numbers.</summary>
internal sealed class UsageInstruments : IDisposable
{
    private const string Root = "bouncer";
    private const string OriginTag = Root + ".origin";
    private const string FamilyTag = "network.type";

    private static readonly Dictionary<string, Series> Reported = new(StringComparer.Ordinal)
    {
        [Root + ".processed.requests"] = new("processed", "request"),
        [Root + ".processed.packets"] = new("processed", "packet"),
        [Root + ".processed.bytes"] = new("processed", "byte"),
        [Root + ".dropped.requests"] = new("dropped", "request"),
        [Root + ".dropped.connections"] = new("dropped", "connection"),
        [Root + ".dropped.packets"] = new("dropped", "packet"),
        [Root + ".dropped.bytes"] = new("dropped", "byte"),
    };

    private readonly MeterListener _listener = new();
    private readonly OriginNames _origins;
    private Dictionary<UsageKey, long> _reading = [];

    public UsageInstruments(IMeterFactory factory, OriginNames origins)
    {
        _origins = origins;

        // Another host of the process has another factory, and reports its own numbers.
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is ObservableCounter<long>
                && instrument.Meter.Name == BouncerTelemetry.MeterName
                && ReferenceEquals(instrument.Meter.Scope, factory)
                && Reported.TryGetValue(instrument.Name, out var series))
            {
                listener.EnableMeasurementEvents(instrument, series);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, series) => Add((Series)series!, value, tags));
        _listener.Start();
    }

    /// <summary>The numbers now, since the start of the process, summed over all other tags. One reader at a time.</summary>
    internal Dictionary<UsageKey, long> Read()
    {
        _reading = [];
        try
        {
            _listener.RecordObservableInstruments();
        }
        catch (AggregateException)
        {
            // An adapter's instrument fails. The others were read, and its own number is in the next report.
        }

        return _reading;
    }

    public void Dispose() => _listener.Dispose();

    private void Add(Series series, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? origin = null;
        string? family = null;
        foreach (var (name, tag) in tags)
        {
            if (name == OriginTag)
            {
                origin = tag as string;
            }
            else if (name == FamilyTag && tag is UsageKey.IPv4 or UsageKey.IPv6)
            {
                family = (string)tag;
            }
        }

        var key = new UsageKey(series.Name, series.Unit, _origins.Of(origin), family);
        _reading[key] = _reading.GetValueOrDefault(key) + value;
    }

    private sealed record Series(string Name, string Unit);
}

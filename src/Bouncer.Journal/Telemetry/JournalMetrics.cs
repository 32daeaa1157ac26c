using System.Diagnostics.Metrics;

namespace Bouncer.Journal.Telemetry;

/// <summary>The instruments of the journal.</summary>
internal sealed class JournalMetrics
{
    private readonly Counter<long> _written;
    private readonly Counter<long> _dropped;

    public JournalMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(BouncerTelemetry.MeterName);
        _written = meter.CreateCounter<long>("bouncer.journal.written", "{event}", "Events written to the journal.");
        _dropped = meter.CreateCounter<long>("bouncer.journal.dropped", "{event}", "Events that are not in the journal, because its queue was full.");
    }

    internal void Written(int count) => _written.Add(count);

    internal void Dropped() => _dropped.Add(1);
}

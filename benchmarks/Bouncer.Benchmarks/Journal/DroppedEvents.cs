using System.Diagnostics.Metrics;

namespace Bouncer.Benchmarks.Journal;

/// <summary>Counts the events that the journal drops.</summary>
internal sealed class DroppedEvents : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _count;

    internal DroppedEvents()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "bouncer.journal.dropped")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _count, value));
        _listener.Start();
    }

    internal long Count => Volatile.Read(ref _count);

    public void Dispose() => _listener.Dispose();
}

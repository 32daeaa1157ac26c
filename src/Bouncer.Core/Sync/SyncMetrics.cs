using System.Diagnostics.Metrics;
using Bouncer.Lapi;
using Bouncer.Lookup;

namespace Bouncer.Sync;

/// <summary>The instruments of the synchronisation. The meter belongs to its factory, which disposes it with the host.</summary>
internal sealed class SyncMetrics
{
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _found;
    private readonly Counter<long> _doubts;

    public SyncMetrics(IMeterFactory factory, DecisionStore store, SyncState state)
    {
        var meter = factory.Create(BouncerTelemetry.MeterName);
        _skipped = meter.CreateCounter<long>("bouncer.decisions.skipped", "{decision}", "Decisions that LAPI sent and that were unusable.");
        _found = meter.CreateCounter<long>("bouncer.decisions.found", "{decision}", "Decisions that no delta brought and that were found by asking.");
        _doubts = meter.CreateCounter<long>("bouncer.sync.doubts", "{list}", "Whole lists that were not believed.");
        meter.CreateObservableUpDownCounter("bouncer.decisions.doubted", () => state.Status.DoubtedDecisions, "{decision}", "Decisions held that LAPI's last whole list lacks.");
        meter.CreateObservableUpDownCounter("bouncer.decisions", () => store.Index.Count, "{decision}", "Decisions held.");
        meter.CreateObservableUpDownCounter("bouncer.sync.failures", () => state.Status.ConsecutiveFailures, "{attempt}", "Failed attempts since LAPI last answered.");
        meter.CreateObservableGauge("bouncer.sync.age", () => Age(state), "s", "Time since LAPI last answered as it should.");
    }

    /// <summary>Counts decisions that were found by queries before any delta contained them. The next delta may still contain them.</summary>
    internal void Found(int count)
    {
        if (count > 0)
        {
            _found.Add(count);
        }
    }

    internal void Doubts(string reason) => _doubts.Add(1, new KeyValuePair<string, object?>("bouncer.reason", reason));

    internal void Skipped(UnusableDecisions unusable)
    {
        foreach (var (reason, count) in unusable.ByReason)
        {
            _skipped.Add(count, new KeyValuePair<string, object?>("bouncer.reason", reason));
        }
    }

    private static IEnumerable<Measurement<double>> Age(SyncState state) =>
        state.Age is { } age ? [new Measurement<double>(age.TotalSeconds)] : [];
}

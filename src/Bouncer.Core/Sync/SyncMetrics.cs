using System.Diagnostics.Metrics;
using Bouncer.Lapi;
using Bouncer.Lookup;

namespace Bouncer.Sync;

/// <summary>What the synchronisation measures. The meter belongs to its factory, which ends it with the host.</summary>
internal sealed class SyncMetrics
{
    private readonly Counter<long> _skipped;

    public SyncMetrics(IMeterFactory factory, DecisionStore store, SyncState state)
    {
        var meter = factory.Create(BouncerTelemetry.MeterName);
        _skipped = meter.CreateCounter<long>("bouncer.decisions.skipped", "{decision}", "Decisions that LAPI sent and that were unusable.");
        meter.CreateObservableUpDownCounter("bouncer.decisions", () => store.Index.Count, "{decision}", "Decisions held.");
        meter.CreateObservableUpDownCounter("bouncer.sync.failures", () => state.Status.ConsecutiveFailures, "{attempt}", "Failed attempts since LAPI last answered.");
        meter.CreateObservableGauge("bouncer.sync.age", () => Age(state), "s", "Time since LAPI last answered as it should.");
    }

    internal void Skipped(SkippedDecisions skipped)
    {
        foreach (var (reason, count) in skipped.ByReason)
        {
            _skipped.Add(count, new KeyValuePair<string, object?>("bouncer.reason", reason));
        }
    }

    private static IEnumerable<Measurement<double>> Age(SyncState state) =>
        state.Age is { } age ? [new Measurement<double>(age.TotalSeconds)] : [];
}

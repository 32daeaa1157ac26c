using Bouncer.Decisions;
using Bouncer.Lookup;
using Bouncer.Telemetry;

namespace Bouncer.UsageMetrics;

/// <summary>How many decisions on addresses and networks are held, by origin and family.</summary>
internal sealed class HeldDecisions(DecisionStore store, OriginNames origins, TimeProvider time)
{
    private readonly HashSet<UsageKey> _reported = [];

    /// <summary>The numbers now. Those that were reported before and have become zero are among them: LAPI shows the last value.</summary>
    internal IReadOnlyCollection<KeyValuePair<UsageKey, long>> Count()
    {
        var (index, now) = (store.Index, time.GetTimestamp());
        var rows = index.Held.Rows;

        // There are few kinds, and up to millions of decisions.
        var byKind = new Dictionary<(int Kind, RowFamily Family), long>();
        foreach (var row in index.Enumerate())
        {
            var held = rows[row];
            if (held.Family != RowFamily.Text && index.Held.IsAlive(row, now))
            {
                var kind = (held.Kind, held.Family);
                byKind[kind] = byKind.GetValueOrDefault(kind) + 1;
            }
        }

        var counts = _reported.ToDictionary(key => key, _ => 0L);
        foreach (var ((kind, family), count) in byKind)
        {
            var key = new UsageKey("active_decisions", "ip", origins.Of(rows.KindOf(kind).Origin), family == RowFamily.IPv4 ? UsageKey.IPv4 : UsageKey.IPv6);
            counts[key] = counts.GetValueOrDefault(key) + count;
        }

        _reported.UnionWith(counts.Keys);
        return counts;
    }
}

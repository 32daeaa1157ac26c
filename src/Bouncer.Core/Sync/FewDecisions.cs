using Bouncer.Decisions;
using Bouncer.Lookup;

namespace Bouncer.Sync;

/// <summary>The decisions of the origins that have the fewest.</summary>
/// <param name="Origins">The origins.</param>
/// <param name="Rows">All their decisions.</param>
/// <param name="AreAll">Whether no other decisions are held.</param>
internal sealed record FewDecisions(IReadOnlyCollection<string> Origins, DecisionRows Rows, bool AreAll)
{
    /// <summary>CrowdSec's own origins (pkg/types/constants.go), which may get their first decision.</summary>
    private static readonly string[] Standard = ["cscli", "crowdsec", "console", "cscli-import", "lists", "CAPI", "remediation_sync"];

    /// <param name="index">The decisions held.</param>
    /// <param name="most">The maximum number of decisions in total.</param>
    /// <param name="asksFor">Whether the settings include an origin.</param>
    internal static FewDecisions Of(DecisionIndex index, int most, Func<string, bool> asksFor)
    {
        var held = index.Held.Rows;
        var rows = new DecisionRows();
        if (index.Count <= most)
        {
            AddAll(rows, held, index.Enumerate());
            return new FewDecisions([], rows, AreAll: true);
        }

        var counts = Standard.Where(asksFor).ToDictionary(origin => origin, _ => 0, StringComparer.Ordinal);
        foreach (var kind in index.Enumerate().CountBy(row => held[row].Kind))
        {
            var origin = held.KindOf(kind.Key).Origin;
            counts[origin] = counts.GetValueOrDefault(origin) + kind.Value;
        }

        var origins = new HashSet<string>(StringComparer.Ordinal);
        var total = 0;
        foreach (var (origin, count) in counts.OrderBy(entry => entry.Value))
        {
            total += count;
            if (total > most)
            {
                break;
            }

            // An origin with a comma cannot be queried: commas separate origins.
            if (origin.Length > 0 && !origin.Contains(',', StringComparison.Ordinal))
            {
                origins.Add(origin);
            }
        }

        if (origins.Count > 0)
        {
            AddAll(rows, held, index.Enumerate().Where(row => origins.Contains(held.Kind(row).Origin)));
        }

        return new FewDecisions(origins, rows, AreAll: false);
    }

    private static void AddAll(DecisionRows rows, DecisionRows held, IEnumerable<int> some)
    {
        foreach (var row in some)
        {
            rows.AddFrom(held, row);
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;

namespace Bouncer.AspNetCore.Telemetry;

/// <summary>How many requests, or connections, were dropped because of each origin: LAPI's texts as they are, the first few of
/// them.</summary>
internal sealed class DroppedCounts
{
    private const int MostOrigins = 64;

    private readonly ConcurrentDictionary<string, FamilyCounts> _byOrigin = new(StringComparer.Ordinal);

    internal void Add(string origin, IPAddress? address)
    {
        if (!_byOrigin.TryGetValue(origin, out var counts))
        {
            // A few more than that may be added at once.
            counts = _byOrigin.GetOrAdd(_byOrigin.Count < MostOrigins ? origin : "other", static _ => new FamilyCounts(places: 1));
        }

        counts.Add(address);
    }

    internal IEnumerable<Measurement<long>> Measure() =>
        _byOrigin.SelectMany(static entry => entry.Value.Measure([new("bouncer.origin", entry.Key)]));
}

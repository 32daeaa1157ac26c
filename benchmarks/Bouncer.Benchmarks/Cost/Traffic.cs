namespace Bouncer.Benchmarks.Cost;

/// <summary>Counts the requests of one caller, which makes one at a time, and the bytes that come back for each: all that is
/// read from the connections, from the status line to the end of the body.</summary>
internal sealed class Traffic
{
    private readonly Lock _gate = new();
    private SortedDictionary<string, TrafficCount> _counts = new(StringComparer.Ordinal);
    private string _kind = "";

    internal void Asked(Uri uri)
    {
        lock (_gate)
        {
            _kind = Kind(uri.PathAndQuery);
            Add(requests: 1, bytes: 0);
        }
    }

    internal void Received(int bytes)
    {
        lock (_gate) Add(requests: 0, bytes);
    }

    /// <summary>What was counted since the last time, by kind.</summary>
    internal IReadOnlyDictionary<string, TrafficCount> Take()
    {
        lock (_gate)
        {
            var counts = _counts;
            _counts = new(StringComparer.Ordinal);
            return counts;
        }
    }

    private void Add(int requests, int bytes)
    {
        var count = _counts.GetValueOrDefault(_kind);
        _counts[_kind] = new TrafficCount(count.Requests + requests, count.Bytes + bytes);
    }

    private static string Kind(string asked)
    {
        bool Has(string part) => asked.Contains(part, StringComparison.Ordinal);
        return Has("/stream?") ? (Has("startup=true") ? "list" : "delta")
            : Has("&limit=") ? "count"
            : Has("&value=") ? "value"
            : Has("&id_gt=") ? "above"
            : "origins";
    }
}

/// <summary>How many requests, and how many bytes LAPI sent for them.</summary>
internal readonly record struct TrafficCount(long Requests, long Bytes);

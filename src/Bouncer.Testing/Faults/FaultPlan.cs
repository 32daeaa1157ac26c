namespace Bouncer.Testing;

/// <summary>The planned faults. The first one that matches a request is used. Thread-safe.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<Planned> _planned = [];

    /// <summary>Plans a fault.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="times">The number of requests to which it applies; null until cleared.</param>
    public void Add(Fault fault, int? times = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(times ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(fault.DatabaseAfterPages ?? 0);
        lock (_gate) _planned.Add(new Planned(fault, times));
    }

    /// <summary>Removes all planned faults; a stalled answer stays stalled until its client disconnects.</summary>
    public void Clear()
    {
        lock (_gate) _planned.Clear();
    }

    /// <summary>The number of planned faults that are not used up.</summary>
    public int Count
    {
        get { lock (_gate) return _planned.Count; }
    }

    internal Fault? Take(string path)
    {
        lock (_gate)
        {
            var planned = _planned.Find(p => path.StartsWith(p.Fault.Path, StringComparison.Ordinal));
            if (planned is { Times: not null } && --planned.Times == 0)
            {
                _planned.Remove(planned);
            }

            return planned?.Fault;
        }
    }

    private sealed class Planned(Fault fault, int? times)
    {
        public Fault Fault { get; } = fault;

        public int? Times { get; set; } = times;
    }
}

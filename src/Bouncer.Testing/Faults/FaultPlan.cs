namespace Bouncer.Testing;

/// <summary>The faults to come. The first that fits a request is used. Safe to use from several threads.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<Planned> _planned = [];

    /// <summary>Plans a fault.</summary>
    /// <param name="fault">How to fail.</param>
    /// <param name="times">For how many requests; null until cleared.</param>
    public void Add(Fault fault, int? times = null)
    {
        ArgumentNullException.ThrowIfNull(fault);
        ArgumentOutOfRangeException.ThrowIfLessThan(times ?? 1, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(fault.DatabaseAfterPages ?? 0);
        lock (_gate) _planned.Add(new Planned(fault, times));
    }

    /// <summary>Forgets what is planned; a stalled answer stays stalled until its client goes away.</summary>
    public void Clear()
    {
        lock (_gate) _planned.Clear();
    }

    /// <summary>How many faults are planned and not used up.</summary>
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

namespace Bouncer.Benchmarks.Verbs;

/// <summary>What reading threads did, together.</summary>
internal readonly record struct ReaderFigures(double Seconds, long Lookups, long AllocatedBytes)
{
    /// <summary>The time that one thread needs for one lookup.</summary>
    internal double NsPerLookup => Seconds * 1e9 / Lookups;
}

using System.Diagnostics.Metrics;
using System.Net;
using System.Numerics;

namespace Bouncer.AspNetCore.Telemetry;

/// <summary>How many requests were checked, by the source of the verdict and the family of the client's address. Each processor
/// counts in cells of its own, so that they do not wait for each other.</summary>
internal sealed class CheckTally
{
    /// <summary>The cells of a processor and some space: whole pairs of cache lines, because processors fetch them in pairs.</summary>
    private const int Stride = 32;

    private const int MostPlaces = 64;

    /// <summary>By the value of <see cref="VerdictSource"/>.</summary>
    private static readonly string[] Sources = ["store", "live", "trusted", "unresolved", "unavailable", "not_ready", "not_checked", "appsec"];

    private readonly int _mask = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MostPlaces)) - 1;
    private readonly long[] _cells;

    internal CheckTally() => _cells = new long[(_mask + 1) * Stride];

    internal void Add(VerdictSource source, IPAddress? address) =>
        Interlocked.Increment(ref _cells[((Thread.GetCurrentProcessorId() & _mask) * Stride) + ((int)source * ClientFamilies.Count) + (int)ClientFamilies.Of(address)]);

    /// <summary>The numbers so far; none that is zero.</summary>
    internal IEnumerable<Measurement<long>> Measure()
    {
        for (var cell = 0; cell < Sources.Length * ClientFamilies.Count; cell++)
        {
            var sum = 0L;
            for (var place = cell; place < _cells.Length; place += Stride)
            {
                sum += Volatile.Read(ref _cells[place]);
            }

            if (sum > 0)
            {
                var (source, family) = Math.DivRem(cell, ClientFamilies.Count);
                yield return new(sum, [new("bouncer.source", Sources[source]), .. ClientFamilies.TagsOf((ClientFamily)family)]);
            }
        }
    }
}

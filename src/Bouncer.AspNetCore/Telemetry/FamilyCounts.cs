using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace Bouncer.AspNetCore.Telemetry;

/// <summary>A number for each family of addresses. Each processor counts in a place of its own, so that they do not wait for each
/// other.</summary>
internal sealed class FamilyCounts
{
    /// <summary>Two cache lines: processors fetch them in pairs.</summary>
    private const int Stride = 16;

    private const int MostPlaces = 64;
    private const int IPv4 = 0;
    private const int IPv6 = 1;
    private const int Unknown = 2;

    private static readonly KeyValuePair<string, object?>[][] FamilyTags = [[new("network.type", "ipv4")], [new("network.type", "ipv6")], []];

    private readonly int _mask;
    private readonly long[] _counts;

    /// <param name="places">The number of places; rounded up to a power of two.</param>
    internal FamilyCounts(int places)
    {
        _mask = (int)BitOperations.RoundUpToPowerOf2((uint)places) - 1;
        _counts = new long[(_mask + 1) * Stride];
    }

    /// <summary>With a place for each processor.</summary>
    internal FamilyCounts()
        : this(Math.Min(Environment.ProcessorCount, MostPlaces))
    {
    }

    internal void Add(IPAddress? address) =>
        Interlocked.Increment(ref _counts[((Thread.GetCurrentProcessorId() & _mask) * Stride) + FamilyOf(address)]);

    /// <summary>The numbers so far, each with the tag of its family; none that is zero.</summary>
    internal IEnumerable<Measurement<long>> Measure(KeyValuePair<string, object?>[] tags)
    {
        for (var family = IPv4; family <= Unknown; family++)
        {
            var sum = 0L;
            for (var place = family; place < _counts.Length; place += Stride)
            {
                sum += Volatile.Read(ref _counts[place]);
            }

            if (sum > 0)
            {
                yield return new(sum, [.. tags, .. FamilyTags[family]]);
            }
        }
    }

    private static int FamilyOf(IPAddress? address) =>
        address is null ? Unknown
        : address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6 ? IPv4
        : IPv6;
}

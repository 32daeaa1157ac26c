using System.Diagnostics;
using System.Globalization;
using Bouncer.Benchmarks.Verbs;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Lookup;

/// <summary>Verb <c>hostile</c>: what sets cost that an enemy of the table would list, at one size and at four times it.</summary>
internal static class HostileReport
{
    private static readonly (string Name, Func<uint, IpPrefix> Make)[] Sets =
    [
        ("every host from 10.0.0.0 on", i => IpPrefix.Host(IpKey.FromIPv4(0x0A00_0000 + i))),
        ("hosts spread evenly", i => IpPrefix.Host(IpKey.FromIPv4(i * 0x9E37_79B9))),
        ("/0 to /32 chains", i => IpPrefix.Of(IpKey.FromIPv4((i / 33 * 0x9E37_79B9) | 0xFF), (int)(i % 33))),
        ("hosts of one /48", i => IpPrefix.Host(new(0x2001_0db8_0000_0000, i))),
        ("one host in every /48", i => IpPrefix.Host(new(0x2001_0000_0000_0000 | ((ulong)i << 16), i))),
        ("pairs that share 15 octets", i => IpPrefix.Host(new((ulong)(i / 2) * 0x9E37_79B9_7F4A_7C15, i % 2))),
        ("/0 to /128 chains", i => IpPrefix.Of(new((ulong)(i / 129) * 0x9E37_79B9_7F4A_7C15, ulong.MaxValue), (int)(i % 129))),
    ];

    internal static Verb Verb { get; } = new(
        "hostile",
        """
        hostile [--networks N]
          Prints what sets cost that an enemy of the table would list, of N networks (default 250000) and of four times as many.
        """,
        ["networks"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var size = arguments.Number("networks", 1_000, 10_000_000, 250_000);
        foreach (var (name, make) in Sets)
        {
            foreach (var count in (int[])[size, 4 * size])
            {
                Measure(name, [.. Enumerable.Range(0, count).Select(i => make((uint)i)).Distinct()]);
            }
        }

        return Task.CompletedTask;
    }

    private static void Measure(string name, IpPrefix[] prefixes)
    {
        NetworkTable.Build(prefixes);
        var held = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        var table = NetworkTable.Build(prefixes);
        var build = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        held = GC.GetTotalMemory(forceFullCollection: true) - held;

        var changes = double.MaxValue;
        IpPrefix[] removed = [.. Enumerable.Range(0, 1_000).Select(i => prefixes[(int)((long)i * prefixes.Length / 1_000)])];
        for (var round = 0; round < 5; round++)
        {
            start = Stopwatch.GetTimestamp();
            table.Change(removed, []);
            changes = Math.Min(changes, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-28} {prefixes.Length,10:N0}: built in {build,6:F0} ms, {(double)held / prefixes.Length,6:F1} bytes each, 1,000 removed in {changes,6:F1} ms"));
        GC.KeepAlive(table);
    }
}

using System.Diagnostics;
using System.Globalization;
using Bouncer.Benchmarks.Verbs;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Lookup;

/// <summary>Verb <c>hostile</c>: what sets cost that an enemy would list, at one size and at four times it: networks in the
/// table alone, decisions through the parser and the store.</summary>
internal static class HostileReport
{
    private const int StoreDefault = 50_000;

    private static readonly (string Name, Func<uint, IpPrefix> Make)[] Networks =
    [
        ("every host from 10.0.0.0 on", i => IpPrefix.Host(IpKey.FromIPv4(0x0A00_0000 + i))),
        ("hosts spread evenly", i => IpPrefix.Host(IpKey.FromIPv4(i * 0x9E37_79B9))),
        ("/0 to /32 chains", i => IpPrefix.Of(IpKey.FromIPv4((i / 33 * 0x9E37_79B9) | 0xFF), (int)(i % 33))),
        ("hosts of one /48", i => IpPrefix.Host(new(0x2001_0db8_0000_0000, i))),
        ("one host in every /48", i => IpPrefix.Host(new(0x2001_0000_0000_0000 | ((ulong)i << 16), i))),
        ("pairs that share 15 octets", i => IpPrefix.Host(new((ulong)(i / 2) * 0x9E37_79B9_7F4A_7C15, i % 2))),
        ("/0 to /128 chains", i => IpPrefix.Of(new((ulong)(i / 129) * 0x9E37_79B9_7F4A_7C15, ulong.MaxValue), (int)(i % 129))),
    ];

    private static readonly (string Name, Func<uint, HostileDecision> Make)[] Decisions =
    [
        ("one value, types", i => new("10.1.2.3", Name("type", i), "test")),
        ("a thousand types a value", i => new(Host(i / 1_000), Name("type", i % 1_000), "test")),
        ("scenarios", i => new(Host(i), "ban", Name("scenario", i))),
        ("types and scenarios", i => new(Host(i), Name("type", i), Name("scenario", i))),
        ("plain hosts", i => new(Host(i), "ban", "test")),
        ("one decision, repeated", _ => new("10.1.2.3", "ban", "test")),
    ];

    internal static Verb Verb { get; } = new(
        "hostile",
        """
        hostile [--networks N] [--only TEXT]
          Prints what sets cost that an enemy would list, of N entries and of four times as many: networks in the table alone
          (default 250000), and decisions through the parser and the store (default 50000). With --only, just the sets that
          have the text in their name. "--networks 4194304 --only 10.0.0.0" lists every host of a /8, "--networks 2500000
          --only plain" ten million decisions; both want some gigabytes of memory.
        """,
        ["networks", "only"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var networks = arguments.Number("networks", 1_000, 10_000_000, 250_000);
        var decisions = arguments.Number("networks", 1_000, 10_000_000, StoreDefault);
        var only = arguments.TextOrNull("only") ?? "";
        foreach (var (name, make) in Networks.Where(set => set.Name.Contains(only, StringComparison.Ordinal)))
        {
            foreach (var count in (int[])[networks, 4 * networks])
            {
                // A chain repeats its widest networks.
                MeasureTable(name, [.. Enumerable.Range(0, count).Select(i => make((uint)i)).Distinct()]);
            }
        }

        foreach (var (name, make) in Decisions.Where(set => set.Name.Contains(only, StringComparison.Ordinal)))
        {
            foreach (var count in (int[])[decisions, 4 * decisions])
            {
                MeasureStore(name, count, make);
            }
        }

        return Task.CompletedTask;
    }

    private static void MeasureTable(string name, IpPrefix[] prefixes)
    {
        NetworkTable.Build(prefixes);
        var held = GC.GetTotalMemory(forceFullCollection: true);
        NetworkTable? table = null;
        var build = Time(() => table = NetworkTable.Build(prefixes));
        held = GC.GetTotalMemory(forceFullCollection: true) - held;

        var changes = double.MaxValue;
        IpPrefix[] removed = [.. Enumerable.Range(0, 1_000).Select(i => prefixes[(int)((long)i * prefixes.Length / 1_000)])];
        for (var round = 0; round < 5; round++)
        {
            changes = Math.Min(changes, Time(() => table!.Change(removed, [])));
        }

        Print($"{name,-28} {prefixes.Length,10:N0}: built in {build,6:F0} ms, {(double)held / prefixes.Length,6:F1} bytes each, 1,000 removed in {changes,6:F1} ms");
        GC.KeepAlive(table);
    }

    private static void MeasureStore(string name, int count, Func<uint, HostileDecision> make)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var held = new HeldStore();
        var read = 0.0;
        double Hold(string list, Action<HeldStore, ParsedStream> hold)
        {
            ParsedStream? stream = null;
            read = Time(() => stream = HostileStream.Read(list, count, make));
            return Time(() => hold(held, stream!));
        }

        var listed = Hold("new", (store, stream) => store.Replace(stream));
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        var entries = held.View.Count;
        var again = Hold("new", (store, stream) => store.Replace(stream));
        var offered = Hold("new", (store, stream) => store.Apply(stream));
        var deleted = Hold("deleted", (store, stream) => store.Apply(stream));
        Print($"{name,-28} {count,10:N0}: read in {read,6:F0} ms, listed in {listed,6:F0}, again in {again,6:F0}, offered in {offered,6:F0}, deleted in {deleted,6:F0}; {entries:N0} held, {(double)bytes / count,6:F1} bytes each");
        if (held.View.Count != 0)
        {
            throw new VerbException($"'{name}' left {held.View.Count} decisions behind.");
        }
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static string Host(uint i) => new System.Net.IPAddress((long)System.Net.IPAddress.HostToNetworkOrder((int)(0x0A00_0000 + i)) & 0xFFFF_FFFF).ToString();

    private static string Name(string what, uint i) => string.Create(CultureInfo.InvariantCulture, $"{what}{i}");
}

using System.Diagnostics;
using System.Globalization;
using Bouncer.Benchmarks.Verbs;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Lookup;

/// <summary>Verb <c>lookup</c>: times taken by hand, in rounds that alternate between the tables, their medians
/// in one table. A quick look; the suite is <see cref="LookupBenchmarks"/>.</summary>
internal static class LookupReport
{
    private const int Queries = 4_000_000;
    private const int Slice = 10_000;
    private const int Rounds = 9;
    private const string Value = "ban";

    internal static Verb Verb { get; } = new(
        "lookup",
        """
        lookup [--networks N]
          Prints the address table and a dictionary for each prefix length side by side: times, sizes and ratios, at N networks
          or at 15000, 100000 and 1000000.
        """,
        ["networks"],
        Run);

    private static Task Run(Arguments arguments)
    {
        int[] sizes = arguments.TextOrNull("networks") is null ? [15_000, 100_000, 1_000_000] : [arguments.Number("networks", 1_000, 20_000_000)];
        Array.ForEach(sizes, Measure);
        return Task.CompletedTask;
    }

    internal static int CountHits(DictionaryTable<string> table, ReadOnlySpan<IpKey> addresses)
    {
        var found = 0;
        foreach (var address in addresses)
        {
            found += table.Find(address)?.Length ?? 0;
        }

        return found;
    }

    private static void Measure(int size)
    {
        var workload = new LookupWorkload(size);
        var prefixes = workload.Prefixes;
        var builds = Median(() => NetworkTable.Build(prefixes), rounds: 5);
        var dictionaryBuilds = Median(() => new DictionaryTable<string>(prefixes, _ => Value), rounds: 5);
        var (table, bytes) = Weigh(() => NetworkTable.Build(prefixes));
        var dictionary = new DictionaryTable<string>(prefixes, _ => Value);

        Print($"{prefixes.Length:N0} networks: built in {builds:F0} ms (dictionaries {dictionaryBuilds:F0} ms), {(double)bytes / prefixes.Length:F1} bytes each");
        (string Name, IpKey[] Addresses)[] kinds =
        [
            ("(a) realistic", workload.Realistic(Queries, table.Covers)),
            ("(b) misses", workload.Misses(Queries, table.Covers)),
            ("(c) half hits", workload.HalfHits(Queries, table.Covers)),
        ];
        foreach (var (name, addresses) in kinds)
        {
            var ours = new List<double>();
            var theirs = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(Time(() => Sum(addresses, slice => table.CountCovers(slice))) * 1e6 / Queries);
                theirs.Add(Time(() => Sum(addresses, slice => CountHits(dictionary, slice))) * 1e6 / Queries);
            }

            var (our, their) = (Middle(ours), Middle(theirs));
            Print($"  {name,-14} {our,7:F1} ns, dictionaries {their,7:F1} ns, 1/{their / our:F1}");
        }

        Change(workload, table);
    }

    /// <summary>Asks in slices, so that the loop is called often enough to be compiled as it is in a server.</summary>
    private static int Sum(IpKey[] addresses, Func<ArraySegment<IpKey>, int> count)
    {
        var sum = 0;
        for (var i = 0; i < addresses.Length; i += Slice)
        {
            sum += count(new ArraySegment<IpKey>(addresses, i, Slice));
        }

        return sum;
    }

    private static void Change(LookupWorkload workload, NetworkTable table)
    {
        var times = new List<double>();
        var garbage = new List<double>();
        for (var round = 0; round < workload.Prefixes.Length / 500 && round < 50; round++)
        {
            var deleted = workload.Prefixes[(round * 500)..((round + 1) * 500)];
            var added = workload.More(500);
            var before = GC.GetAllocatedBytesForCurrentThread();
            times.Add(Time(() =>
            {
                table = table.Change(deleted, added);
                return 0;
            }));
            garbage.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Print($"  1,000 changes  {Middle(times),7:F2} ms, {Middle(garbage) / 1e6:F2} MB");
    }

    private static (NetworkTable Table, long Bytes) Weigh(Func<NetworkTable> build)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var table = build();
        return (table, GC.GetTotalMemory(forceFullCollection: true) - before);
    }

    private static double Median(Func<object> action, int rounds) =>
        Middle([.. Enumerable.Range(0, rounds).Select(_ => Time(() => action().GetHashCode()))]);

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Time(Func<int> action)
    {
        var start = Stopwatch.GetTimestamp();
        GC.KeepAlive(action());
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

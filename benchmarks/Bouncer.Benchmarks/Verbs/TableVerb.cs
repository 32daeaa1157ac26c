using System.Diagnostics;
using System.Runtime.CompilerServices;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>Verb <c>table</c>: what decisions weigh, and how long one lookup among them takes.</summary>
internal static class TableVerb
{
    private const int Builds = 5;

    internal static Verb Verb { get; } = new(
        "table",
        """
        table --decisions STREAM.json --addresses FILE [--threads N] [--seconds S]
          Holds the decisions of a LAPI stream ({"new":[...],"deleted":[...]}) and asks for addresses, one a line.
          Prints one line of JSON. One pass over the addresses gives
            lookups, hits, hits_by_remediation  (a hit's remediation is that of the strongest live decision)
          and then N threads (default 1) go over them, in whole passes, until S seconds (default 3) have passed:
            ns_per_lookup      thread-seconds for a lookup     measured_lookups, allocated_bytes   of all threads
          decisions            held: what had ended is left out, a repeated one counts once
          skipped              entries that cannot be used
          parse_ms, store_ms   reading the file; filling the store with what was read (each once, and cold)
          build_ms             building the address table alone, the median of 5 builds
          table_bytes          the address table alone         bytes_per_decision          table_bytes / decisions
          memory_bytes         all that the store holds        memory_bytes_per_decision   memory_bytes / decisions
        """,
        ["decisions", "addresses", "threads", "seconds"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var (decisions, file) = (arguments.Text("decisions"), arguments.Text("addresses"));
        var threads = arguments.Number("threads", 1, 64, 1);
        var seconds = arguments.Seconds("seconds", 3);

        var addresses = InputFiles.Addresses(file);
        var (held, fill) = Weigh(() => Fill(decisions), out var memoryBytes);
        var count = held.View.Count;
        var buildMs = Build(held, out var tableBytes);
        var hits = Count(held, addresses);
        Readers.WarmUp(held, addresses, threads);
        var read = Readers.Run(held, addresses, threads, seconds);

        FiguresJson.Print(
            new TableFigures(
                count,
                fill.Skipped,
                Samples.Round(fill.ParseMs),
                Samples.Round(fill.StoreMs),
                Samples.Round(buildMs),
                tableBytes,
                Samples.Round((double)tableBytes / count),
                memoryBytes,
                Samples.Round((double)memoryBytes / count),
                threads,
                Samples.Round(read.NsPerLookup),
                addresses.Length,
                hits.Values.Sum(),
                hits,
                read.Lookups,
                read.AllocatedBytes),
            FiguresJson.Default.TableFigures);
        return Task.CompletedTask;
    }

    // What was read must be out of reach when the store is weighed.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (HeldStore Held, (int Skipped, double ParseMs, double StoreMs) Figures) Fill(string path)
    {
        var start = Stopwatch.GetTimestamp();
        var stream = InputFiles.Decisions(path);
        var parseMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;

        start = Stopwatch.GetTimestamp();
        var held = new HeldStore();
        held.Replace(stream);
        return (held, (stream.Skipped, parseMs, Stopwatch.GetElapsedTime(start).TotalMilliseconds));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double Build(HeldStore held, out long bytes)
    {
        var build = held.PrepareTable();
        var times = new List<double>();
        for (var i = 0; i < Builds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            GC.KeepAlive(build());
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        GC.KeepAlive(Weigh(build, out bytes));
        return Samples.Median(times);
    }

    private static SortedDictionary<string, long> Count(HeldStore held, IpKey[] addresses)
    {
        var hits = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var address in addresses)
        {
            if (held.Verdict(address) is { } remediation)
            {
                hits[remediation] = hits.GetValueOrDefault(remediation) + 1;
            }
        }

        return hits;
    }

    private static T Weigh<T>(Func<T> make, out long bytes)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var made = make();
        bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        return made;
    }
}

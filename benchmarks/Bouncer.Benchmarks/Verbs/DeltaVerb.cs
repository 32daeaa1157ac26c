using System.Diagnostics;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>Verb <c>delta</c>: what a change set costs the writer, and what its readers notice.</summary>
internal static class DeltaVerb
{
    private const int ReaderThreads = 2;
    private const int WarmUpRounds = 20;
    private const int SetsASecond = 10;
    private const int Queries = 200_000;

    /// <summary>With and without the writer in turn, each for so long.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.5);

    internal static Verb Verb { get; } = new(
        "delta",
        """
        delta --decisions STREAM.json --changes N --rounds R [--seconds S] [--seed X]
          Holds the decisions of a LAPI stream and applies change sets of N: half delete what is held, half add hosts near it.
          Prints one line of JSON. R sets, one after the other, while one reader times each of its lookups:
            apply_ms, p99_apply_ms    of the sets; first_apply_ms is that of the very first, before anything is compiled
            allocated_bytes           the median of the sets         gen2_collections   while sets were applied
            slowest_lookup_us         by the reader meanwhile; slowest_lookup_idle_us is without a writer, for as long
          Then two threads read, S seconds (default 3) with and S without a writer that applies N changes a second in ten sets:
            reader_ns_per_lookup, reader_ns_per_lookup_idle, reader_ratio  (medians of half seconds that alternate)
            reader_allocated_bytes    by both readers, in all their lookups
          One in a hundred addresses that are asked for has a decision. X (default 1) seeds what is drawn.
        """,
        ["decisions", "changes", "rounds", "seconds", "seed"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var path = arguments.Text("decisions");
        var changes = arguments.Number("changes", 2, 1_000_000);
        var rounds = arguments.Number("rounds", 1, 10_000);
        var seconds = arguments.Seconds("seconds", 3);
        var seed = arguments.Number("seed", 0, int.MaxValue, 1);

        var held = new HeldStore();
        held.Replace(InputFiles.Decisions(path));
        var decisions = held.View.Count;
        var addresses = Addresses(held.View, seed);

        var windows = (int)Math.Max(1, Math.Ceiling(seconds / Window));
        var window = seconds / windows;
        var setsInAWindow = (int)Math.Max(1, Math.Round(window.TotalSeconds * SetsASecond));
        var setOfAWriter = Math.Max(2, changes / SetsASecond);
        var all = ((long)(rounds + WarmUpRounds) * changes) + ((long)windows * setsInAWindow * setOfAWriter);
        var maker = new ChangeSets(held.View, (int)Math.Min(int.MaxValue, all / 2), seed);
        var sets = new Queue<ParsedStream>(Enumerable.Range(0, WarmUpRounds + rounds).Select(_ => maker.Next(changes)));
        var written = new Queue<ParsedStream>(Enumerable.Range(0, windows * setsInAWindow).Select(_ => maker.Next(setOfAWriter)));
        var expected = decisions + ((long)(rounds + WarmUpRounds) * (changes % 2)) + ((long)written.Count * (setOfAWriter % 2));

        var firstApplyMs = Apply(held, sets, WarmUpRounds)[0].Ms;
        Readers.WarmUp(held, addresses, ReaderThreads);
        SlowestLookup.Microseconds(held, addresses, Window);

        // What it took to make the sets is not to be collected on their account.
        GC.Collect();
        var watch = SlowestLookup.Start(held, addresses);
        var start = Stopwatch.GetTimestamp();
        var applied = Apply(held, sets, rounds);
        var time = Stopwatch.GetElapsedTime(start);
        var slowest = watch.Stop();
        var slowestIdle = SlowestLookup.Microseconds(held, addresses, time);

        List<ReaderFigures> idle = [], busy = [];
        for (var i = 0; i < windows; i++)
        {
            idle.Add(Readers.Run(held, addresses, ReaderThreads, window));
            busy.Add(Readers.Run(held, addresses, ReaderThreads, window, () => Write(held, written, setsInAWindow, window)));
        }

        if (held.View.Count != expected)
        {
            throw new VerbException($"The store holds {held.View.Count} decisions where {expected} were expected.");
        }

        var (busyNs, idleNs) = (Samples.Median(busy.Select(r => r.NsPerLookup)), Samples.Median(idle.Select(r => r.NsPerLookup)));
        FiguresJson.Print(
            new DeltaFigures(
                decisions,
                changes,
                rounds,
                Samples.Round(firstApplyMs),
                Samples.Round(Samples.Median(applied.Select(set => set.Ms))),
                Samples.Round(Samples.Quantile(applied.Select(set => set.Ms), 0.99)),
                (long)Samples.Median(applied.Select(set => (double)set.AllocatedBytes)),
                applied.Sum(set => set.Gen2Collections),
                Samples.Round(slowest),
                Samples.Round(slowestIdle),
                ReaderThreads,
                Samples.Round(busyNs),
                Samples.Round(idleNs),
                Samples.Round(busyNs / idleNs),
                busy.Concat(idle).Sum(r => r.AllocatedBytes)),
            FiguresJson.Default.DeltaFigures);
        return Task.CompletedTask;
    }

    private static List<(double Ms, long AllocatedBytes, int Gen2Collections)> Apply(HeldStore held, Queue<ParsedStream> sets, int count)
    {
        var figures = new List<(double, long, int)>(count);
        while (figures.Count < count)
        {
            var set = sets.Dequeue();
            var gen2 = GC.CollectionCount(2);
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            held.Apply(set);
            var ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            figures.Add((ms, GC.GetAllocatedBytesForCurrentThread() - allocated, GC.CollectionCount(2) - gen2));
        }

        return figures;
    }

    /// <summary>Applies sets at even distances over a time.</summary>
    private static void Write(HeldStore held, Queue<ParsedStream> sets, int count, TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var pause = (time * i / count) - Stopwatch.GetElapsedTime(start);
            Thread.Sleep(pause > TimeSpan.Zero ? pause : TimeSpan.Zero);
            held.Apply(sets.Dequeue());
        }
    }

    private static IpKey[] Addresses(IDecisionStore store, int seed)
    {
        var random = new Random(seed);
        var listed = store.Enumerate().Where(decision => decision.Network is not null)
            .Take(Queries).Select(decision => IpKey.From(decision.Network!.Value.BaseAddress)).ToArray();
        var addresses = new IpKey[Queries];
        for (var i = 0; i < Queries; i++)
        {
            addresses[i] = i % 100 == 0 && listed.Length > 0
                ? listed[random.Next(listed.Length)]
                : IpKey.FromIPv4((uint)random.NextInt64(1L << 32));
        }

        return addresses;
    }
}

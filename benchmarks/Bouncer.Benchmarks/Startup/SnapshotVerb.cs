using System.Diagnostics;
using Bouncer.Benchmarks.Verbs;

namespace Bouncer.Benchmarks.Startup;

/// <summary>Verb <c>snapshot</c>: what it takes to save the decisions held, and to load them at a start.</summary>
internal static class SnapshotVerb
{
    internal static Verb Verb { get; } = new(
        "snapshot",
        """
        snapshot --decisions STREAM.json --path FILE --rounds R
          Holds the decisions of a LAPI stream, saves them to FILE R times, and loads it R times. Prints one line of JSON:
            save_ms, slowest_save_ms   with the flush to the disk and the rename, the median and the slowest of the rounds
            flush_ms                   of that, what is not needed to write to memory
            load_ms, slowest_load_ms   from opening the file until the decisions are checked and in rows
            store_ms                   the median time of the store to take them in, which a pull needs as well
            save_allocated_bytes       the median of the rounds        file_bytes   the length of FILE, which is removed
        """,
        ["decisions", "path", "rounds"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var path = arguments.Text("path");
        var rounds = arguments.Number("rounds", 1, 1_000);
        var held = new HeldStore();
        held.Replace(InputFiles.Decisions(arguments.Text("decisions")));
        List<double> saves = [], flushes = [], loads = [], stores = [], allocated = [];
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var save = Milliseconds(() => held.Save(path));
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
            saves.Add(save);
            flushes.Add(Math.Max(0, save - Milliseconds(() => held.Save(Stream.Null))));
        }

        var length = new FileInfo(path).Length;
        for (var round = 0; round < rounds; round++)
        {
            SavedSnapshot? snapshot = null;
            loads.Add(Milliseconds(() => snapshot = SavedSnapshot.Load(path)));
            if (snapshot!.Rows.Count != held.View.Count)
            {
                throw new VerbException($"{snapshot.Rows.Count} of {held.View.Count} decisions were loaded.");
            }

            stores.Add(Milliseconds(() => new HeldStore().Replace(snapshot)));
        }

        File.Delete(path);
        FiguresJson.Print(
            new SnapshotFigures(
                held.View.Count,
                rounds,
                length,
                Samples.Round(Samples.Median(saves)),
                Samples.Round(saves.Max()),
                Samples.Round(Samples.Median(flushes)),
                Samples.Round(Samples.Median(loads)),
                Samples.Round(loads.Max()),
                Samples.Round(Samples.Median(stores)),
                (long)Samples.Median(allocated)),
            FiguresJson.Default.SnapshotFigures);
        return Task.CompletedTask;
    }

    private static double Milliseconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }
}

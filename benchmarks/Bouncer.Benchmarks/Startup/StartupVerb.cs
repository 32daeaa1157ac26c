using System.Globalization;
using Bouncer.Benchmarks.Verbs;

namespace Bouncer.Benchmarks.Startup;

/// <summary>Verb <c>startup</c>: how long a cold process needs until it holds what LAPI streams, and what that takes; beside
/// it the naive way, over the same server in the same run.</summary>
internal static class StartupVerb
{
    internal static Verb Verb { get; } = new(
        "startup",
        """
        startup --decisions STREAM.json [--rounds R]
          Streams the file over loopback from a process of its own, as LAPI does, to processes that start cold: one registers
          AddBouncerCore in a generic host, one deserializes into classes and fills a Dictionary. R times (default 3) each, in
          turn. Prints one line of JSON, all medians of the rounds; the clock starts just before the host, or the client, does:
            seconds_to_first_verdict  until the first address of the file has the verdict it should have
            seconds_to_last_decision  until the last one of the file is held
            peak_rss_mb, allocated_mb by then                 decisions   held then
            poll_allocated_bytes      of a later poll with nothing new (a delta and a question), in the whole process
            naive                     {seconds, peak_rss_mb, allocated_mb}
            ratio                     seconds_to_last_decision / naive.seconds
        """,
        ["decisions", "rounds"],
        RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var path = Path.GetFullPath(arguments.Text("decisions"));
        var rounds = arguments.Number("rounds", 1, 100, 3);
        var (goal, decisions) = Goal(path);

        List<ColdStartFigures> product = [], naive = [];
        await using var server = ChildProcess.Start(StreamServer.Verb.Name, "--decisions", path);
        string[] options = ["--url", await server.ReadLineAsync(), .. goal];

        // The server's own first request is slow, and nobody's fault.
        await RunAsync(NaiveStart.Verb, options);
        for (var round = 0; round < rounds; round++)
        {
            // Whoever comes second finds caches as the first one left them: they take turns.
            if (round % 2 == 0)
            {
                product.Add(await RunAsync(ProductStart.Verb, options));
                naive.Add(await RunAsync(NaiveStart.Verb, options));
            }
            else
            {
                naive.Add(await RunAsync(NaiveStart.Verb, options));
                product.Add(await RunAsync(ProductStart.Verb, options));
            }
        }

        if (product.Find(one => one.Decisions != decisions) is { } other)
        {
            throw new VerbException($"A process held {other.Decisions} decisions where the file gives {decisions}.");
        }

        var (seconds, naiveSeconds) = (Middle(product, one => one.SecondsToLast), Middle(naive, one => one.SecondsToLast));
        FiguresJson.Print(
            new StartupFigures(
                Middle(product, one => one.SecondsToFirst),
                seconds,
                Middle(product, one => one.PeakRssMb),
                Middle(product, one => one.AllocatedMb),
                decisions,
                rounds,
                (long)Middle(product, one => one.PollAllocatedBytes),
                new NaiveFigures(naiveSeconds, Middle(naive, one => one.PeakRssMb), Middle(naive, one => one.AllocatedMb)),
                Samples.Round(seconds / naiveSeconds)),
            FiguresJson.Default.StartupFigures);
    }

    private static async Task<ColdStartFigures> RunAsync(Verb verb, string[] options)
    {
        await using var child = ChildProcess.Start([verb.Name, .. options]);
        return await child.ReadFiguresAsync();
    }

    /// <summary>What a process must come to know: options for it, and how many decisions.</summary>
    private static (string[] Options, int Decisions) Goal(string path)
    {
        var stream = InputFiles.Decisions(path);
        var (first, last) = stream.Ends() ?? throw new VerbException($"{path} holds no decision on an address.");
        var held = new HeldStore();
        held.Replace(stream);
        var address = first.Network!.Value.BaseAddress;
        string[] options =
        [
            "--first", address.ToString(),
            "--remediation", held.Verdict(Net.IpKey.From(address)) ?? throw new VerbException($"The first decision of {path} has ended."),
            "--last", last.Network!.Value.BaseAddress.ToString(),
            "--value", last.Value,
            "--bytes", new FileInfo(path).Length.ToString(CultureInfo.InvariantCulture),
        ];
        return (options, held.View.Count);
    }

    private static double Middle(List<ColdStartFigures> figures, Func<ColdStartFigures, double> figure) =>
        Samples.Round(Samples.Median(figures.Select(figure)));
}

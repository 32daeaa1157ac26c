using System.Text.Json;
using Bouncer.Benchmarks.Startup;
using Bouncer.Benchmarks.Verbs;

namespace Bouncer.Benchmarks.AppSec;

/// <summary>Verb <c>appsec</c>: what an inspection adds to a request in our own process.</summary>
internal static class AppSecVerb
{
    private const double Megabyte = 1_000_000;

    internal static Verb Verb { get; } = new(
        "appsec",
        """
        appsec --body BYTES --requests N --rounds R [--clients C]
          Sends N requests with a body of that many bytes (0: GET without one), C at a time (default 4), to a server with AppSec and to the
          same one without, in turn, R rounds each after one that is not counted. AppSec is a process of its own that allows each request
          at once, and so are the servers: what they take themselves is counted. Prints one line of JSON; medians of the rounds:
            added_cpu_us, added_allocated_bytes            for each request, with AppSec less without
            call_cpu_us, call_allocated_bytes              likewise for a bare call of HttpClient to the same server in its place
            cpu_us, cpu_us_without                         for each request, all threads
            allocated_bytes, allocated_bytes_without       for each request
            peak_rss_mb, peak_rss_mb_without               of the processes
        """,
        ["body", "requests", "rounds", "clients"],
        RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var body = new byte[arguments.Number("body", 0, 100_000_000)];
        Array.Fill(body, (byte)'a');
        var requests = arguments.Number("requests", 1, 1_000_000);
        var rounds = arguments.Number("rounds", 1, 100);
        var clients = arguments.Number("clients", 1, 256, 4);

        await using var appSec = ChildProcess.Start(InstantAppSec.Verb.Name);
        var url = await appSec.ReadLineAsync();
        await using var inspected = ChildProcess.Start(InspectedServer.Verb.Name, "--appsec", url, "--inspects", "yes");
        await using var plain = ChildProcess.Start(InspectedServer.Verb.Name, "--appsec", url, "--inspects", "no");
        await using var calling = ChildProcess.Start(InspectedServer.Verb.Name, "--appsec", url, "--inspects", "call");
        using var with = new HttpClient { BaseAddress = new Uri(await inspected.ReadLineAsync()) };
        using var without = new HttpClient { BaseAddress = new Uri(await plain.ReadLineAsync()) };
        using var call = new HttpClient { BaseAddress = new Uri(await calling.ReadLineAsync()) };

        await TakeAsync(with, body, requests, clients);
        await TakeAsync(without, body, requests, clients);
        await TakeAsync(call, body, requests, clients);
        List<TakenFigures> ofInspected = [], ofPlain = [], ofCall = [];
        for (var round = 0; round < rounds; round++)
        {
            ofInspected.Add(await TakeAsync(with, body, requests, clients));
            ofPlain.Add(await TakeAsync(without, body, requests, clients));
            ofCall.Add(await TakeAsync(call, body, requests, clients));
        }

        var (cpu, cpuWithout) = (Middle(ofInspected, one => one.CpuUs), Middle(ofPlain, one => one.CpuUs));
        var (allocated, allocatedWithout) = (Middle(ofInspected, one => one.AllocatedBytes), Middle(ofPlain, one => one.AllocatedBytes));
        FiguresJson.Print(
            new AppSecFigures(
                body.Length, requests, rounds, clients,
                Samples.Round(cpu - cpuWithout), (long)(allocated - allocatedWithout),
                Samples.Round(Middle(ofCall, one => one.CpuUs) - cpuWithout), (long)(Middle(ofCall, one => one.AllocatedBytes) - allocatedWithout), cpu, cpuWithout, (long)allocated, (long)allocatedWithout,
                Samples.Round(ofInspected[^1].PeakRssBytes / Megabyte), Samples.Round(ofPlain[^1].PeakRssBytes / Megabyte)),
            FiguresJson.Default.AppSecFigures);
    }

    /// <summary>What the server takes for each of a number of requests.</summary>
    private static async Task<TakenFigures> TakeAsync(HttpClient server, byte[] body, int requests, int clients)
    {
        var before = await ReadAsync(server);
        var left = requests;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var request = new HttpRequestMessage(body.Length == 0 ? HttpMethod.Get : HttpMethod.Post, "/");
                request.Content = body.Length == 0 ? null : new ByteArrayContent(body);
                using var response = await server.SendAsync(request);
                if (!response.IsSuccessStatusCode)
                {
                    throw new VerbException($"The server answered {(int)response.StatusCode}.");
                }
            }
        }));
        var after = await ReadAsync(server);
        return new TakenFigures((after.CpuUs - before.CpuUs) / requests, (after.AllocatedBytes - before.AllocatedBytes) / requests, after.PeakRssBytes);
    }

    private static async Task<TakenFigures> ReadAsync(HttpClient server) =>
        JsonSerializer.Deserialize(await server.GetStringAsync(new Uri("/figures", UriKind.Relative)), FiguresJson.Default.TakenFigures)!;

    private static double Middle(List<TakenFigures> figures, Func<TakenFigures, double> figure) => Samples.Round(Samples.Median(figures.Select(figure)));
}

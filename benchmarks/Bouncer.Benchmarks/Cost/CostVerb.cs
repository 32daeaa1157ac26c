using Bouncer.Benchmarks.Verbs;
using Bouncer.Testing;

namespace Bouncer.Benchmarks.Cost;

/// <summary>Verb <c>cost</c>: what one bouncer costs LAPI that is kept in step with it.</summary>
internal static class CostVerb
{
    internal static Verb Verb { get; } = new(
        "cost",
        """
        cost --decisions N [--dialect Newest|V146] [--load idle|busy] [--hours H]
          A bouncer pulls from samples/LocalApi over loopback, with the default settings, for H hours (default 1) of a clock that
          jumps over the pauses. LAPI has N decisions: 30,000 by CAPI (4 of 5, if that is less), 1,000 by agents (1 of 30, if
          that is less), and lists; they last 7 days. Idle (the default), nothing changes. Busy, these change an hour: 120 bans
          by agents come, one at a time, of which 60 end by themselves; 20 are deleted, and 4 go with their alert; 5,000 are
          imported (a third of N, if that is less); and 15,000 of CAPI's are replaced, if it has so many, seen 3 s later.
          Prints one line of JSON; bytes are those that LAPI sends, headers included:
            requests_per_hour, bytes_per_hour  once the bouncer has started
            by_kind    {requests, bytes} an hour: delta, list (the whole one), above (an id), count, value, origins
            start      {requests, bytes} of the start, the first whole list included
            held, listed                       by the bouncer and by LAPI in the end
        """,
        ["decisions", "dialect", "load", "hours"],
        RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var decisions = arguments.Number("decisions", 100, 10_000_000);
        var dialect = Enum.Parse<LocalApiDialect>(OneOf(arguments, "dialect", Enum.GetNames<LocalApiDialect>()));
        var load = OneOf(arguments, "load", ["idle", "busy"]);
        var hours = arguments.Number("hours", 1, 24 * 6, 1);

        await using var run = await CostRun.StartAsync(dialect, decisions);
        var (start, passed) = await run.PassAsync(hours, load == "busy");
        var byKind = passed.ToDictionary(kind => kind.Key, kind => AnHour(kind.Value, hours));
        FiguresJson.Print(
            new CostFigures(
                decisions,
                dialect.ToString(),
                load,
                hours,
                Samples.Round(passed.Values.Sum(count => (double)count.Requests) / hours),
                passed.Values.Sum(count => count.Bytes) / hours,
                byKind,
                new TrafficFigures(start.Values.Sum(count => count.Requests), start.Values.Sum(count => count.Bytes)),
                run.Held,
                run.Listed),
            FiguresJson.Default.CostFigures);
    }

    private static TrafficFigures AnHour(TrafficCount count, int hours) => new(Samples.Round((double)count.Requests / hours), count.Bytes / hours);

    /// <summary>One of some words; the first if none is given.</summary>
    private static string OneOf(Arguments arguments, string name, string[] words) =>
        arguments.TextOrNull(name) is not { } word ? words[0]
        : words.Contains(word) ? word
        : throw new UsageException($"--{name} is {string.Join(" or ", words)}, not '{word}'.");
}

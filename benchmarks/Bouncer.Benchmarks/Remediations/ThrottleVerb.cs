using System.Diagnostics;
using System.Net;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.Benchmarks.Verbs;

namespace Bouncer.Benchmarks.Remediations;

/// <summary>Verb <c>throttle</c>: what throttled clients weigh, and whom a flood of them harms.</summary>
internal static class ThrottleVerb
{
    private static readonly Rate Default = new(10, TimeSpan.FromMinutes(1), 10);

    internal static Verb Verb { get; } = new(
        "throttle",
        """
        throttle --clients N [--seconds S]
          N clients, each an IPv4 address of its own, take one permit of the default rate (10 a minute), all of them within S
          seconds (default 60) of a clock that is moved by hand; then one client takes all of its permits, and N others come.
          Prints one line of JSON:
            table_bytes, bytes_per_client     the table after the first N; memory_bytes is what the heap grew by
            charged, refused                  of the first N, how many found less than 9 permits left, or none
            limited_stays_limited             whether the one client is still refused after the second N
            ns_per_decision                   one thread, key included
        """,
        ["clients", "seconds"],
        Run);

    private static Task Run(Arguments arguments)
    {
        var clients = arguments.Number("clients", 1, 100_000_000);
        var step = arguments.Seconds("seconds", 60) / clients;
        var clock = new MovedClock();
        var purpose = RateKey.Purpose("throttle");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var table = new GcraRateLimiter(clock);

        var start = Stopwatch.GetTimestamp();
        var (charged, refused) = Flood(table, clock, purpose, clients, step);
        var time = Stopwatch.GetElapsedTime(start);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        var bytes = table.Bytes;

        var limited = RateKey.Of(purpose, ClientKey.Of(IPAddress.IPv6Loopback));
        while (table.TryTake(limited, Default, out _))
        {
        }

        Flood(table, clock, RateKey.Purpose("others"), clients, TimeSpan.Zero);
        var staysLimited = !table.TryTake(limited, Default, out _);
        FiguresJson.Print(
            new ThrottleFigures(
                clients, bytes, Samples.Round((double)bytes / clients), memory, charged, refused, staysLimited, Samples.Round(time.TotalNanoseconds / clients)),
            FiguresJson.Default.ThrottleFigures);
        return Task.CompletedTask;
    }

    private static (int Charged, int Refused) Flood(GcraRateLimiter table, MovedClock clock, ulong purpose, int clients, TimeSpan step)
    {
        var (charged, refused) = (0, 0);
        for (var client = 0; client < clients; client++)
        {
            clock.Now += step.Ticks;
            var isTaken = table.TryTake(RateKey.Of(purpose, ClientKey.Of(new IPAddress((uint)client))), Default, out var standing);
            charged += isTaken && standing.Remaining < Default.Burst - 1 ? 1 : 0;
            refused += isTaken ? 0 : 1;
        }

        return (charged, refused);
    }

    private sealed class MovedClock : TimeProvider
    {
        internal long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}

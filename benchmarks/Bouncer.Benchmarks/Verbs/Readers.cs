using System.Diagnostics;
using Bouncer.Net;

namespace Bouncer.Benchmarks.Verbs;

/// <summary>Threads that ask for one address after the other.</summary>
internal static class Readers
{
    /// <summary>Asked in slices, so that the loop is called often enough to be compiled as it is in a server.</summary>
    private const int Slice = 10_000;

    /// <summary>Long enough for the runtime to compile all that is asked in its last form.</summary>
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1);

    internal static void WarmUp(HeldStore held, IpKey[] addresses, int threads) => Run(held, addresses, threads, WarmUpTime);

    /// <summary>Lets threads go over all addresses again and again until a time has passed; each ends with a whole pass.</summary>
    /// <param name="held">Who is asked.</param>
    /// <param name="addresses">What is asked for.</param>
    /// <param name="threads">How many threads ask.</param>
    /// <param name="time">How long at least.</param>
    /// <param name="meanwhile">What the calling thread does in the meantime.</param>
    internal static ReaderFigures Run(HeldStore held, IpKey[] addresses, int threads, TimeSpan time, Action? meanwhile = null)
    {
        using var start = new Barrier(threads + 1);
        var figures = new ReaderFigures[threads];
        var readers = Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            figures[number] = Read(held, addresses, time);
        })
        { IsBackground = true }).ToList();
        readers.ForEach(reader => reader.Start());
        start.SignalAndWait();
        meanwhile?.Invoke();
        readers.ForEach(reader => reader.Join());
        return figures.Aggregate((sum, one) => new(sum.Seconds + one.Seconds, sum.Lookups + one.Lookups, sum.AllocatedBytes + one.AllocatedBytes));
    }

    private static ReaderFigures Read(HeldStore held, IpKey[] addresses, TimeSpan time)
    {
        var lookups = 0L;
        var hits = 0L;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        do
        {
            for (var i = 0; i < addresses.Length; i += Slice)
            {
                hits += held.CountHits(addresses.AsSpan(i, Math.Min(Slice, addresses.Length - i)));
            }

            lookups += addresses.Length;
        }
        while (Stopwatch.GetElapsedTime(start) < time);

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        // A sum that nobody asks for need not be counted.
        GC.KeepAlive(hits);
        return new ReaderFigures(seconds, lookups, allocated);
    }
}

using System.Runtime.CompilerServices;
using Bouncer.AspNetCore.RateLimiting;

namespace Bouncer.AspNetCore.Tests.RateLimiting;

/// <summary>Measures the whole heap, so no other test may run meanwhile.</summary>
[Collection(nameof(GcraRateLimiterMemoryTests))]
[CollectionDefinition(nameof(GcraRateLimiterMemoryTests), DisableParallelization = true)]
public sealed class GcraRateLimiterMemoryTests
{
    private const long Budget = 64L * 1024 * 1024;

    private static readonly Rate TenAMinute = new(10, TimeSpan.FromMinutes(1), 10);

    [Fact]
    public void C11_TenMillionClients_StayBelow64MegabytesAndLiftNoLimit()
    {
        var clock = new CheapClock();
        var table = Flooded(clock);

        Assert.False(table.TryTake(ulong.MaxValue, TenAMinute, out _));
        Assert.InRange(table.Bytes, 1024 * 1024, GcraRateLimiter.LargestBytes);

        // Once its time has passed, no client owes anything for the flood, and the memory is given back.
        clock.Now += TimeSpan.FromMinutes(1).Ticks;
        Assert.True(table.TryTake(ulong.MaxValue, TenAMinute, out var standing));
        Assert.Equal(9, standing.Remaining);
        for (var client = 0UL; client < 1_000; client++)
        {
            table.TryTake(Scatter(client), TenAMinute, out _);
        }

        Assert.InRange(table.Bytes, 0, 1024 * 1024);
    }

    [Fact]
    public void C11_TenMillionClients_TakeNoMoreThan64MegabytesOfTheHeap()
    {
        var holder = new GcraRateLimiter?[1];
        var table = FloodInto(holder);

        // By what is released with it: the heap also holds what other tests have left, which goes at any time.
        GC.GetTotalMemory(forceFullCollection: true);
        var with = GC.GetTotalMemory(forceFullCollection: true);
        holder[0] = null;
        var without = GC.GetTotalMemory(forceFullCollection: true);

        Assert.False(table.TryGetTarget(out _), "Something other than the test holds the table.");
        Assert.InRange(with - without, 1024 * 1024, Budget);
    }

    /// <summary>Leaves no reference to the table on the caller's stack, where a debug build keeps it alive.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<GcraRateLimiter> FloodInto(GcraRateLimiter?[] holder)
    {
        var table = Flooded(new CheapClock());
        holder[0] = table;
        return new(table);
    }

    private static GcraRateLimiter Flooded(CheapClock clock)
    {
        var table = new GcraRateLimiter(clock);
        for (var times = 0; times < 10; times++)
        {
            Assert.True(table.TryTake(ulong.MaxValue, TenAMinute, out _));
        }

        // Threads of their own: one of the pool may hold the table long after the work is done.
        var threads = Enumerable.Range(0, 2).Select(part => new Thread(() =>
        {
            for (var client = 0; client < 5_000_000; client++)
            {
                table.TryTake(Scatter(((ulong)part * 5_000_000) + (ulong)client), TenAMinute, out _);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        return table;
    }

    /// <summary>A different, evenly spread number for each, made faster than a hash (the step of splitmix64).</summary>
    private static ulong Scatter(ulong number)
    {
        number *= 0x9E37_79B9_7F4A_7C15;
        number = (number ^ (number >> 30)) * 0xBF58_476D_1CE4_E5B9;
        number = (number ^ (number >> 27)) * 0x94D0_49BB_1331_11EB;
        return number ^ (number >> 31);
    }

    private sealed class CheapClock : TimeProvider
    {
        internal long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}

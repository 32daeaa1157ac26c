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
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = new CheapClock();
        var table = new GcraRateLimiter(clock);
        for (var times = 0; times < 10; times++)
        {
            Assert.True(table.TryTake(ulong.MaxValue, TenAMinute, out _));
        }

        Parallel.For(0, 10, part =>
        {
            for (var client = 0; client < 1_000_000; client++)
            {
                table.TryTake(Scatter(((ulong)part * 1_000_000) + (ulong)client), TenAMinute, out _);
            }
        });

        Assert.False(table.TryTake(ulong.MaxValue, TenAMinute, out _));
        Assert.InRange(table.Bytes, 1024 * 1024, GcraRateLimiter.LargestBytes);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 1024 * 1024, Budget);

        // Once its time has passed, nobody owes anything for the flood, and the memory is given back.
        clock.Now += TimeSpan.FromMinutes(1).Ticks;
        Assert.True(table.TryTake(ulong.MaxValue, TenAMinute, out var standing));
        Assert.Equal(9, standing.Remaining);
        for (var client = 0UL; client < 1_000; client++)
        {
            table.TryTake(Scatter(client), TenAMinute, out _);
        }

        Assert.InRange(table.Bytes, 0, 1024 * 1024);
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

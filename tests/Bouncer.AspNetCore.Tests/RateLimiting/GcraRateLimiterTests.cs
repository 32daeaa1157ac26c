using Bouncer.AspNetCore.RateLimiting;
using Bouncer.TestUtils;

namespace Bouncer.AspNetCore.Tests.RateLimiting;

public sealed class GcraRateLimiterTests
{
    private static readonly Rate TenAMinute = new(10, TimeSpan.FromMinutes(1), 10);

    private readonly TestClock _clock = new();
    private readonly GcraRateLimiter _table;

    public GcraRateLimiterTests() => _table = new GcraRateLimiter(_clock);

    [Fact]
    public void TryTake_BurstThenSteadily_GivesOneEachInterval()
    {
        for (var left = 9; left >= 0; left--)
        {
            Assert.True(_table.TryTake(7, TenAMinute, out var standing));
            Assert.Equal(new RateStanding(left, TimeSpan.FromSeconds(6)), standing);
        }

        Assert.False(_table.TryTake(7, TenAMinute, out var refused));
        Assert.Equal(new RateStanding(0, TimeSpan.FromSeconds(6)), refused);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(_table.TryTake(7, TenAMinute, out refused));
        Assert.Equal(new RateStanding(0, TimeSpan.FromSeconds(2)), refused);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_table.TryTake(7, TenAMinute, out _));
        Assert.False(_table.TryTake(7, TenAMinute, out _));
        _clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(10, CountTaken(_table, 7, TenAMinute, tries: 20));
    }

    [Theory]
    [InlineData(1, 86_400, 1)]
    [InlineData(1, 86_400, 10_000)]
    [InlineData(10_000, 1, 1)]
    [InlineData(7, 3, 20)]
    public void TryTake_RatesAtTheEdges_GiveTheBurstAndThenWait(int limit, int seconds, int burst)
    {
        var rate = new Rate(limit, TimeSpan.FromSeconds(seconds), burst);
        Assert.Equal(burst, CountTaken(_table, 7, rate, tries: burst + 5));
        _table.TryTake(7, rate, out var standing);
        _clock.Advance(standing.NextPermit - TimeSpan.FromTicks(2));
        Assert.False(_table.TryTake(7, rate, out _));
        _clock.Advance(TimeSpan.FromTicks(3));
        Assert.True(_table.TryTake(7, rate, out _));
    }

    [Fact]
    public void TryTake_ClientWithAnAccount_AllocatesNothing()
    {
        Exhaust(7);
        _clock.Advance(TimeSpan.FromSeconds(12));
        var taken = 0;
        Assert.Equal(0, AllocatedBytes.Of(() =>
        {
            for (var time = 0; time < 100; time++)
            {
                taken += _table.TryTake(7, TenAMinute, out _) ? 1 : 0;
            }
        }));
        Assert.Equal(2, taken);
    }

    [Fact]
    public void TryTake_WallClockIsStepped_ChangesNothing()
    {
        Exhaust(7);
        _clock.StepWallClock(TimeSpan.FromDays(365));
        Assert.False(_table.TryTake(7, TenAMinute, out _));
        _clock.StepWallClock(TimeSpan.FromDays(-730));
        _clock.Advance(TimeSpan.FromSeconds(6.1));
        Assert.True(_table.TryTake(7, TenAMinute, out _));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 40)]
    [InlineData(3, 5_000)]
    [InlineData(4, 50_000)]
    public void TryTake_ClientsWithAccounts_AreTreatedExactlyAsByTheDefinition(int seed, int clients)
    {
        var random = new Random(seed);
        var rate = new Rate(random.Next(1, 30), TimeSpan.FromMilliseconds(random.Next(1_000, 100_000)), random.Next(1, 30));
        var reference = new ReferenceRates(rate);
        ulong[] keys = [.. Enumerable.Range(0, clients).Select(_ => NextKey(random))];
        for (var step = 0; step < Math.Max(20_000, 2 * clients); step++)
        {
            _clock.Advance(TimeSpan.FromTicks(random.NextInt64(1 + (2 * rate.Interval / clients))));
            var key = keys[random.Next(keys.Length)];
            var now = _clock.GetElapsedTime(0);
            var isAllowed = reference.Allows(key, now);
            Assert.Equal(isAllowed, _table.TryTake(key, rate, out var standing));
            if (isAllowed)
            {
                reference.Take(key, now);
            }

            Assert.Equal(reference.Remaining(key, now), standing.Remaining);
        }
    }

    /// <summary>A single shard with so many clients that it leaves accounts and they share what cells there are.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TryTake_FarTooManyClients_NeverGetMoreThanByTheDefinition(int seed)
    {
        var random = new Random(seed);
        var rate = new Rate(3, TimeSpan.FromMinutes(1), 3);
        var reference = new ReferenceRates(rate);
        var shard = new GcraShard();
        ulong[] keys = [.. Enumerable.Range(0, 100_000).Select(_ => NextKey(random))];
        var (taken, wronglyRefused) = (0, 0);
        for (var step = 0; step < 300_000; step++)
        {
            var now = TimeSpan.FromTicks(step * 2_000L);
            var key = keys[random.Next(keys.Length)];
            var isAllowed = reference.Allows(key, now);
            if (shard.TryTake(key, rate, now.Ticks, out _))
            {
                Assert.True(isAllowed);
                reference.Take(key, now);
                taken++;
            }
            else if (isAllowed)
            {
                wronglyRefused++;
            }
        }

        Assert.Equal(RateSketch.Size * sizeof(long), shard.Bytes);
        Assert.True(wronglyRefused > 0, "Nobody was charged for others: the test shows nothing.");
        Assert.InRange(taken, keys.Length, int.MaxValue);
    }

    [Fact]
    public void TryTake_TableGrows_ClientsKeepTheirStanding()
    {
        var before = _table.Bytes;
        var random = new Random(5);
        ulong[] limited = [.. Enumerable.Range(0, 50).Select(_ => NextKey(random))];
        Array.ForEach(limited, Exhaust);
        for (var other = 0; other < 20_000; other++)
        {
            _table.TryTake(NextKey(random), TenAMinute, out _);
        }

        Assert.Equal(16 * 1024, before);
        Assert.InRange(_table.Bytes, 8 * before, 256 * before);
        Assert.All(limited, key =>
        {
            Assert.False(_table.TryTake(key, TenAMinute, out var standing));
            Assert.Equal(TimeSpan.FromSeconds(6), standing.NextPermit);
        });
    }

    /// <summary>The same clients coming again and again are not taken for more and more of them.</summary>
    [Fact]
    public void TryTake_SameClientsForLong_TableStaysSmall()
    {
        var random = new Random(6);
        ulong[] keys = [.. Enumerable.Range(0, 200).Select(_ => NextKey(random))];
        for (var round = 0; round < 500; round++)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            Array.ForEach(keys, key => _table.TryTake(key, TenAMinute, out _));
        }

        Assert.InRange(_table.Bytes, 0, 64 * 1024);
    }

    [Fact]
    public void TryTake_OneClientOnManyThreads_GetsItsPermitsAndNoMore()
    {
        var rate = new Rate(5_000, TimeSpan.FromMinutes(1), 5_000);
        var random = new Random(7);
        ulong[] keys = [.. Enumerable.Range(0, 4).Select(_ => NextKey(random))];
        var taken = new int[keys.Length];

        // Others come meanwhile, so that the table grows under their feet.
        Parallel.For(0, 8, thread =>
        {
            var others = new Random(100 + thread);
            for (var time = 0; time < 5_000; time++)
            {
                var at = time % keys.Length;
                if (_table.TryTake(keys[at], rate, out _))
                {
                    Interlocked.Increment(ref taken[at]);
                }

                _table.TryTake(NextKey(others), rate, out _);
            }
        });
        Assert.All(taken, count => Assert.Equal(rate.Burst, count));
    }

    private static ulong NextKey(Random random) => (ulong)random.NextInt64() ^ ((ulong)random.NextInt64() << 1);

    private static int CountTaken(GcraRateLimiter table, ulong key, Rate rate, int tries) =>
        Enumerable.Range(0, tries).Count(time => table.TryTake(key, rate, out var standing));

    private void Exhaust(ulong key)
    {
        while (_table.TryTake(key, TenAMinute, out _))
        {
        }
    }
}

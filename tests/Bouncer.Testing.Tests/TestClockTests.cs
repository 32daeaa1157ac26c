using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests;

/// <summary>The clock of the test utilities: others stand on it.</summary>
public sealed class TestClockTests
{
    [Fact]
    public void Advance_PeriodicTimer_FiresAtEachOfItsTimes()
    {
        var clock = new TestClock();
        var fired = new List<TimeSpan>();
        using var timer = clock.CreateTimer(_ => fired.Add(clock.Elapsed), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));

        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Empty(fired);
        clock.Advance(TimeSpan.FromSeconds(6.1));

        Assert.Equal([TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(8)], fired);
        Assert.Equal(TimeSpan.FromSeconds(8), clock.Elapsed);
    }

    [Fact]
    public async Task Advance_DelaysOfTasks_EndInOrder()
    {
        var clock = new TestClock();
        var later = Task.Delay(TimeSpan.FromSeconds(2), clock);
        var sooner = Task.Delay(TimeSpan.FromSeconds(1), clock);
        Assert.Equal((2, TimeSpan.FromSeconds(1)), (clock.ArmedTimers, clock.NextTimer));

        clock.Advance(TimeSpan.FromSeconds(1));
        await sooner;
        Assert.False(later.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        await later;
        Assert.Null(clock.NextTimer);
    }

    [Fact]
    public void Dispose_ArmedTimer_NeverFires()
    {
        var clock = new TestClock();
        var fired = 0;
        clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan).Dispose();

        clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(0, fired);
    }

    [Fact]
    public void GetElapsedTime_OddFrequency_StaysTrue()
    {
        var clock = new TestClock(timestampFrequency: 10_000_019);
        var start = clock.GetTimestamp();
        clock.Advance(TimeSpan.FromDays(400));

        Assert.InRange(clock.GetElapsedTime(start), TimeSpan.FromDays(400) - TimeSpan.FromMicroseconds(1), TimeSpan.FromDays(400));
        Assert.NotEqual(TimeSpan.FromDays(400).Ticks, clock.GetTimestamp() - start);
    }

    [Fact]
    public void StepWallClock_Back_LeavesTheMonotonicTime()
    {
        var clock = new TestClock();
        var (wall, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());

        clock.StepWallClock(TimeSpan.FromHours(-1));

        Assert.Equal((wall.AddHours(-1), stamp), (clock.GetUtcNow(), clock.GetTimestamp()));
    }
}

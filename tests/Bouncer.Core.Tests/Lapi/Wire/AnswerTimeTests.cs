using Bouncer.Lapi.Wire;

namespace Bouncer.Tests.Lapi.Wire;

public class AnswerTimeTests
{
    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000_000)]
    [InlineData(1_000_000_000)]
    public void Deadline_AnyFrequency_CountsInItsUnits(long frequency)
    {
        var received = new AnswerTime(new ManualTimeProvider(frequency) { Timestamp = 5 });

        Assert.Equal(5 + (90 * frequency), received.Deadline(TimeSpan.FromSeconds(90)));
        Assert.Equal(5 + (3650 * 86400 * frequency), received.Deadline(TimeSpan.FromDays(3650)));
    }

    [Fact]
    public void Deadline_BeyondTheLastTimestamp_IsTheLast()
    {
        var received = new AnswerTime(new ManualTimeProvider { Timestamp = long.MaxValue - 5 });

        Assert.Equal(long.MaxValue, received.Deadline(TimeSpan.FromDays(3650)));
    }

    [Fact]
    public void WallClock_BeyondTheLastMoment_IsTheLast()
    {
        var clock = new ManualTimeProvider();
        clock.SetUtcNow(DateTimeOffset.MaxValue - TimeSpan.FromDays(1));
        var received = new AnswerTime(clock);

        Assert.Equal(DateTimeOffset.MaxValue, received.WallClock(TimeSpan.FromDays(2)));
        Assert.Equal(DateTimeOffset.MaxValue - TimeSpan.FromHours(23), received.WallClock(TimeSpan.FromHours(1)));
    }
}

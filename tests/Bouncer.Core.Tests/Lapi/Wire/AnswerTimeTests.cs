using Bouncer.Lapi.Wire;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lapi.Wire;

public class AnswerTimeTests
{
    [Theory]
    [InlineData(1_000)]
    [InlineData(10_000_000)]
    [InlineData(1_000_000_000)]
    public void Deadline_AnyFrequency_CountsInItsUnits(long frequency)
    {
        var clock = new TestClock(timestampFrequency: frequency);
        clock.Advance(TimeSpan.FromSeconds(5));
        var received = new AnswerTime(clock);

        Assert.Equal(95 * frequency, received.Deadline(TimeSpan.FromSeconds(90)));
        Assert.Equal(((3650 * 86400) + 5) * frequency, received.Deadline(TimeSpan.FromDays(3650)));
    }

    [Fact]
    public void Deadline_BeyondTheLastTimestamp_IsTheLast()
    {
        var received = new AnswerTime(new LateClock());

        Assert.Equal(long.MaxValue, received.Deadline(TimeSpan.FromDays(3650)));
    }

    private sealed class LateClock : TimeProvider
    {
        public override long GetTimestamp() => long.MaxValue - 5;
    }
}

using Bouncer.Journal.Ladder;

namespace Bouncer.Journal.Tests.Ladder;

/// <summary>What is due is what <see cref="DateTime.AddMonths"/> says, also where months differ in length.</summary>
public sealed class DueTimesTests
{
    [Theory]
    [InlineData("2021-03-03T14:55:11Z", "2020-12-03T14:55:12Z", false)]
    [InlineData("2021-03-03T14:55:12Z", "2020-12-03T14:55:12Z", true)]
    [InlineData("2021-02-28T09:59:59Z", "2020-11-30T10:00:00Z", false)]
    [InlineData("2021-02-28T10:00:00Z", "2020-11-30T10:00:00Z", true)]
    [InlineData("2021-02-28T09:00:00Z", "2020-11-29T10:00:00Z", false)]
    [InlineData("2021-03-01T00:00:00Z", "2020-11-30T23:59:59Z", true)]
    [InlineData("2021-05-31T00:00:00Z", "2021-02-28T23:59:59Z", true)]
    [InlineData("2024-05-30T00:00:00Z", "2024-02-29T23:59:59Z", true)]
    [InlineData("2020-12-03T14:55:12Z", "2020-12-03T14:55:12Z", false)]
    public void IsDue_AfterThreeMonths(string now, string time, bool isDue) => Assert.Equal(isDue, IsDue(Parse(now), Parse(time), 3));

    [Fact]
    public void IsDue_IsWhatAddMonthsSays()
    {
        var random = new Random(20261129);
        for (var i = 0; i < 200_000; i++)
        {
            var months = random.Next(1, 30);
            var now = new DateTime(2019 + random.Next(8), 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(random.Next(12)).AddDays(random.Next(-4, 4)).AddHours(random.Next(3) * 12);
            var time = now.AddMonths(-months).AddDays(random.Next(-5, 5)).AddHours(random.Next(-2, 3) * 6).AddMilliseconds(random.Next(-1, 2));
            Assert.True(IsDue(now, time, months) == (time.AddMonths(months) <= now), $"{time:O} {now:O} {months}");
        }
    }

    [Fact]
    public void Of_SpansDoNotOverlap()
    {
        for (var now = new DateTime(2020, 1, 1, 12, 0, 0, DateTimeKind.Utc); now.Year < 2025; now = now.AddDays(1))
        {
            var end = DateTime.MinValue;
            foreach (var (from, before) in DueTimes.Of(now, 3))
            {
                Assert.True(from >= end && before > from);
                end = before;
            }
        }
    }

    private static bool IsDue(DateTime now, DateTime time, int months) => DueTimes.Of(now, months).Any(due => time >= due.From && time < due.Before);

    private static DateTime Parse(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime;
}

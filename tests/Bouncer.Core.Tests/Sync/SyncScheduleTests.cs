using Bouncer.Sync;

namespace Bouncer.Tests.Sync;

public sealed class SyncScheduleTests
{
    [Fact]
    public void AfterFailure_HoweverOften_FindsALapiThatIsBackWithinAMinute()
    {
        var schedule = new SyncSchedule(new SyncOptions { Interval = TimeSpan.FromHours(1) }, new Random(7));

        foreach (var failures in Enumerable.Range(1, 10_000))
        {
            Assert.InRange(schedule.AfterFailure(failures, true, null), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(45));
            Assert.InRange(schedule.AfterFailure(failures, false, TimeSpan.FromDays(1)), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50));
        }
    }

    [Fact]
    public void AfterFailure_OnceReady_DoublesAndSpreads()
    {
        var schedule = new SyncSchedule(new SyncOptions(), new Random(7));

        for (var failures = 1; failures <= 5; failures++)
        {
            var pauses = Enumerable.Range(0, 200).Select(_ => schedule.AfterFailure(failures, true, null)).ToArray();
            var least = TimeSpan.FromSeconds(Math.Pow(2, failures - 1));
            Assert.All(pauses, pause => Assert.InRange(pause, least, least * 1.5));
            Assert.True(pauses.Distinct().Count() > 100);
        }
    }

    [Fact]
    public void B11_RetryAfter_IsHonoured()
    {
        var schedule = new SyncSchedule(new SyncOptions(), new Random(7));

        Assert.Equal(TimeSpan.FromSeconds(20), schedule.AfterFailure(1, true, TimeSpan.FromSeconds(20)));
        Assert.InRange(schedule.AfterFailure(6, true, TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45));
    }

    [Fact]
    public void NextFullResync_IsSpreadAroundTheInterval()
    {
        var schedule = new SyncSchedule(new SyncOptions(), new Random(7));

        var intervals = Enumerable.Range(0, 1000).Select(_ => schedule.NextFullResync(SnapshotTrust.Plausible, 1_000_000).TotalMinutes).ToArray();
        Assert.All(intervals, minutes => Assert.InRange(minutes, 54, 66));
        Assert.InRange(intervals.Max() - intervals.Min(), 10, 12);
    }

    [Theory]
    [InlineData(0, false, 1)]
    [InlineData(3_000, false, 1)]
    [InlineData(15_000, false, 5)]
    [InlineData(180_000, false, 60)]
    [InlineData(10_000_000, false, 60)]
    [InlineData(10_000_000, true, 1)]
    public void NextFullResync_OfAShortOrDoubtedList_IsSooner(int listed, bool wasDoubted, int minutes)
    {
        var schedule = new SyncSchedule(new SyncOptions(), new Random(7));

        var pause = schedule.NextFullResync(wasDoubted ? SnapshotTrust.Confirmed : SnapshotTrust.Plausible, listed);

        Assert.InRange(pause.TotalMinutes, minutes * 0.9, minutes * 1.1);
    }
}

using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;
using Bouncer.Tests.Lapi;

namespace Bouncer.Tests.Sync;

public sealed class SyncScheduleTests
{
    [Fact]
    public void AfterFailure_EvenRepeatedly_FindsALapiThatIsBackWithinAMinute()
    {
        var schedule = new SyncSchedule(Use(new SyncOptions { Interval = TimeSpan.FromHours(1) }), new Random(7), new TestClock());

        foreach (var failures in Enumerable.Range(1, 10_000))
        {
            Assert.InRange(schedule.AfterFailure(failures, true, null), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(45));
            Assert.InRange(schedule.AfterFailure(failures, false, TimeSpan.FromDays(1)), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(50));
        }
    }

    [Fact]
    public void AfterFailure_OnceReady_DoublesAndSpreads()
    {
        var schedule = new SyncSchedule(Use(new SyncOptions()), new Random(7), new TestClock());

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
        var schedule = new SyncSchedule(Use(new SyncOptions()), new Random(7), new TestClock());

        Assert.Equal(TimeSpan.FromSeconds(20), schedule.AfterFailure(1, true, TimeSpan.FromSeconds(20)));
        Assert.InRange(schedule.AfterFailure(6, true, TimeSpan.FromSeconds(1)), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(45));
    }

    [Theory]
    [InlineData(0, LapiAbility.Values, 1)]
    [InlineData(3_000, LapiAbility.None, 1)]
    [InlineData(15_000, LapiAbility.Values, 5)]
    [InlineData(180_000, LapiAbility.Values, 60)]
    [InlineData(10_000_000, LapiAbility.Values, 60)]
    [InlineData(0, LapiAbility.Ids, 60)]
    [InlineData(10_000_000, LapiAbility.Ids, 60)]
    public void IsAllDue_ByTheListAndWhatLapiCanBeAsked(int listed, object ability, int minutes)
    {
        var clock = new TestClock();
        var schedule = new SyncSchedule(Use(new SyncOptions()), new Random(7), clock);
        var pauses = new List<double>();
        for (var i = 0; i < 200; i++)
        {
            schedule.AllPulled(TimeSpan.FromSeconds(1), listed, (LapiAbility)ability, isDoubted: false);
            var pulled = clock.Elapsed;
            while (!schedule.IsAllDue)
            {
                clock.Advance(TimeSpan.FromMinutes(minutes) / 100);
            }

            pauses.Add((clock.Elapsed - pulled) / TimeSpan.FromMinutes(minutes));
        }

        Assert.All(pauses, pause => Assert.InRange(pause, 0.9, 1.11));
        Assert.InRange(pauses.Max() - pauses.Min(), 0.15, 0.21);
    }

    [Fact]
    public void IsAllAffordable_AfterTwiceWhatItTook()
    {
        var clock = new TestClock();
        var schedule = new SyncSchedule(Use(new SyncOptions()), new Random(7), clock);

        schedule.AllPulled(TimeSpan.FromSeconds(3), 100_000, LapiAbility.Values, isDoubted: false);

        clock.Advance(TimeSpan.FromSeconds(5.9));
        Assert.False(schedule.IsAllAffordable);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(schedule.IsAllAffordable);
    }

    [Fact]
    public void IsAllAffordable_AfterAFastLongList_NotAtOnce()
    {
        var clock = new TestClock();
        var schedule = new SyncSchedule(Use(new SyncOptions()), new Random(7), clock);

        schedule.AllPulled(TimeSpan.FromSeconds(1), 1_000_000, LapiAbility.Values, isDoubted: false);

        clock.Advance(TimeSpan.FromSeconds(49.4));
        Assert.False(schedule.IsAllAffordable);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(schedule.IsAllAffordable);
    }

    [Fact]
    public void IsAllAffordable_WhileADoubtLasts_LaterEachTimeUpToHalfAMinute()
    {
        var clock = new TestClock();
        var schedule = new SyncSchedule(Use(new SyncOptions()), new Random(7), clock);
        int[] seconds = [0, 1, 2, 4, 8, 16, 30, 30];

        foreach (var expected in seconds)
        {
            schedule.AllPulled(TimeSpan.Zero, 10, LapiAbility.Ids, isDoubted: true);
            if (expected > 0)
            {
                clock.Advance(TimeSpan.FromSeconds(expected - 0.01));
                Assert.False(schedule.IsAllAffordable);
            }

            clock.Advance(TimeSpan.FromSeconds(0.01));
            Assert.True(schedule.IsAllAffordable);
        }

        schedule.AllPulled(TimeSpan.Zero, 10, LapiAbility.Ids, isDoubted: false);
        Assert.True(schedule.IsAllAffordable);
    }

    [Fact]
    public void IsAllAffordable_AfterAListThatFailed_NotBeforeTwiceTheTimeItTook()
    {
        var clock = new TestClock();
        var schedule = new SyncSchedule(Use(new SyncOptions()), new Random(7), clock);

        schedule.AllFailed(TimeSpan.FromSeconds(60));

        clock.Advance(TimeSpan.FromSeconds(119));
        Assert.False(schedule.IsAllAffordable);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(schedule.IsAllAffordable);
    }

    private static SettingsInUse Use(SyncOptions sync) => LapiClients.SettingsOf(new() { Url = new("http://127.0.0.1:1/"), ApiKey = "k" }, sync);
}

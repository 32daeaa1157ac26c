using Bouncer.Lookup;
using Bouncer.Net;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Lookup;

/// <summary>What ended never matches and what lives does, at every tick, swept or not.</summary>
public sealed class DecisionExpiryTests
{
    private static readonly RemediationSeverities Severities = new([], Remediation.Ban);

    // A tick of this clock is one of a TimeSpan, so that a test can stand on either side of an end.
    private readonly TestClock _clock = new(timestampFrequency: TimeSpan.TicksPerSecond);
    private readonly DecisionBuilder _make;

    public DecisionExpiryTests()
    {
        _make = new DecisionBuilder(_clock);
        _clock.Advance(TimeSpan.FromDays(1));
    }

    public static TheoryData<double> Ends => [0.5, 59, 60, 61, 119, 120, 121, 179, 180, 181, 3_600, 36_000];

    [Theory]
    [MemberData(nameof(Ends))]
    public void Find_OneTickBeforeAndAtTheEnd_WithoutAnySweep(double seconds)
    {
        var lasts = TimeSpan.FromSeconds(seconds);
        var listed = Store(_make.Make("192.0.2.7", lasts: lasts));
        var inDelta = Store();
        inDelta.Apply([], TestRows.Of(_make.Make("192.0.2.7", lasts: lasts)));

        _clock.Advance(lasts - TimeSpan.FromTicks(1));
        Assert.True(IsHeld(listed) && IsHeld(inDelta));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(IsHeld(listed) || IsHeld(inDelta));
        _clock.Advance(TimeSpan.FromDays(30));
        Assert.False(IsHeld(listed) || IsHeld(inDelta));
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Find_WhileOthersMoveTheHorizon_EndsAtTheTick(double seconds)
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromSeconds(seconds)));
        var end = _clock.GetTimestamp() + TimeSpan.FromSeconds(seconds).Ticks;

        while (_clock.GetTimestamp() + TimeSpan.FromSeconds(7).Ticks < end)
        {
            _clock.Advance(TimeSpan.FromSeconds(7));
            store.Apply([], TestRows.Of(_make.Make("192.0.2.8", lasts: TimeSpan.FromSeconds(20))));
            Assert.True(IsHeld(store));
        }

        _clock.Advance(TimeSpan.FromTicks(end - _clock.GetTimestamp() - 1));
        store.Apply([], TestRows.Of(_make.Make("192.0.2.9")));
        Assert.True(IsHeld(store));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(IsHeld(store));
        store.Sweep();
        Assert.Equal(0, store.Index.Addresses.Find(_make.Make("192.0.2.7").Prefix!.Value));
    }

    [Fact]
    public void Apply_OfALaterEndWhileDue_HoldsUntilThere()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromSeconds(30)));
        var before = store.Index;
        _clock.Advance(TimeSpan.FromSeconds(20));
        store.Apply([], TestRows.Of(_make.Make("192.0.2.7", lasts: TimeSpan.FromSeconds(40))));

        _clock.Advance(TimeSpan.FromSeconds(15));
        Assert.True(store.Sweep().IsEmpty);
        Assert.True(IsHeld(store));
        Assert.False(IsHeld(before));
        _clock.Advance(TimeSpan.FromSeconds(25));
        Assert.False(IsHeld(store));
        Assert.Single(store.Sweep().ToChangeSet(_clock).Removed);
        Assert.True(store.Sweep().IsEmpty);
    }

    [Fact]
    public void Apply_OfASoonerEnd_HoldsUntilThere()
    {
        var store = Store(_make.Make("192.0.2.7", lasts: TimeSpan.FromHours(3)));
        store.Apply([], TestRows.Of(_make.Make("192.0.2.7", lasts: TimeSpan.FromSeconds(30))));

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.True(IsHeld(store));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(IsHeld(store));
        Assert.Single(store.Sweep().ToChangeSet(_clock).Removed);
    }

    [Fact]
    public void CountEnding_WithinAndBeyondTheHorizon_CountsWhatIsHeldFromTheFirstMomentToBeforeTheLast()
    {
        // The horizon lies two minutes ahead.
        double[] seconds = [0, 1, 59, 60, 119, 120, 121, 3_600];
        var start = _clock.GetTimestamp();
        long At(double second) => start + TimeSpan.FromSeconds(second).Ticks;
        var store = Store([.. seconds.Select((end, i) => _make.Make($"192.0.2.{i}", lasts: TimeSpan.FromSeconds(end), id: i + 1))]);
        store.Apply([], TestRows.Of(_make.Make("192.0.2.99", lasts: TimeSpan.FromSeconds(30), id: 99), _make.Make("192.0.2.98", lasts: TimeSpan.FromSeconds(7_200), id: 98)));

        Assert.Equal(10, store.CountEnding(long.MinValue, long.MaxValue));
        Assert.Equal(1, store.CountEnding(long.MinValue, At(1)));
        Assert.Equal(2, store.CountEnding(At(30), At(60)));
        Assert.Equal(3, store.CountEnding(At(30), At(60) + 1));
        Assert.Equal(0, store.CountEnding(At(60), At(60)));
        Assert.Equal(2, store.CountEnding(At(119), At(121)));
        Assert.Equal(3, store.CountEnding(At(119), At(121) + 1));
        Assert.Equal(2, store.CountEnding(At(3_600), long.MaxValue));

        // Those that went before their time, and those that another end was given, do not count at their former ends.
        store.Apply([99, 8], TestRows.Of(_make.Make("192.0.2.2", lasts: TimeSpan.FromSeconds(40), id: 3), _make.Make("192.0.2.98", lasts: TimeSpan.FromSeconds(41), id: 98)));
        Assert.Equal(1, store.CountEnding(At(59), At(119)));
        Assert.Equal(0, store.CountEnding(At(30), At(40)));
        Assert.Equal(2, store.CountEnding(At(40), At(42)));
        Assert.Equal(0, store.CountEnding(At(3_600), long.MaxValue));
        Assert.Equal(8, store.CountEnding(long.MinValue, long.MaxValue));

        _clock.Advance(TimeSpan.FromSeconds(60));
        store.Sweep();
        Assert.Equal(0, store.CountEnding(long.MinValue, At(60) + 1));
        Assert.Equal(3, store.CountEnding(long.MinValue, At(122)));
    }

    [Fact]
    public void CountEnding_AfterRoomWasMade_CountsEachOnce()
    {
        var store = new DecisionStore(Severities, max: 2, _clock);
        store.Replace(TestRows.Of(_make.Make("192.0.2.1", "captcha", id: 1), _make.Make("192.0.2.2", "captcha", id: 2)));

        Assert.Equal(2, store.Apply([], TestRows.Of(_make.Make("192.0.2.3", lasts: TimeSpan.FromSeconds(30), id: 3), _make.Make("192.0.2.4", lasts: TimeSpan.FromSeconds(30), id: 4))).Dropped);

        Assert.Equal(2, store.CountEnding(long.MinValue, _clock.GetTimestamp() + TimeSpan.FromSeconds(31).Ticks));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, store.Sweep().ToChangeSet(_clock).Removed.Count);
    }

    [Fact]
    public void Apply_OfWhatEndedAlready_NeverMatches()
    {
        var store = Store();

        store.Apply([], TestRows.Of(_make.Make("192.0.2.7", lasts: TimeSpan.Zero), _make.Make("192.0.2.7", "captcha", TimeSpan.FromHours(-1))));

        Assert.False(IsHeld(store));
        Assert.Equal(2, store.Sweep().ToChangeSet(_clock).Removed.Count);
        Assert.Equal(0, store.Index.Count);
    }

    [Fact]
    public void B3_EndsAtTheEndOfTime_StayAndDoNotOverflow()
    {
        long[] ends = [long.MaxValue, long.MaxValue - 1, long.MaxValue - TimeSpan.FromSeconds(1).Ticks, long.MaxValue / 2];
        var list = ends.Select((end, i) => ReferenceStore.At(_make.Make($"192.0.2.{i}"), end)).ToArray();
        var store = new DecisionStore(Severities, max: 5, _clock);
        store.Replace(TestRows.Of(list));

        Assert.True(store.Replace(TestRows.Of(list)).IsEmpty);
        Assert.True(store.Apply([], TestRows.Of(list)).IsEmpty);
        _clock.Advance(TimeSpan.FromDays(3_650));
        Assert.True(store.Sweep().IsEmpty);
        store.Apply([], TestRows.Of(_make.Make("198.51.100.1"), _make.Make("198.51.100.2")));

        // The one that ends first made room.
        Assert.Equal(5, store.Index.Count);
        Assert.Equal(ends.Order(), store.Index.Enumerate().Select(row => store.Index.Held.Rows[row].Deadline).Order().Skip(1));
        Assert.All(store.Index.Enumerate(), row => Assert.True(store.Index.Held.Rows.ToDecision(row, _clock).ExpiresAt > _clock.GetUtcNow()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Find_AtRandomMoments_AgreesWithTheEnds(int seed)
    {
        const int Addresses = 64;
        var random = new Random(seed);
        var store = Store();
        var ends = new long[Addresses];
        var held = new bool[Addresses];
        var (swept, alive, ended) = (0, 0, 0);
        for (var step = 0; step < 3_000; step++)
        {
            if (random.Next(3) == 0)
            {
                // The last end given counts, unless it is about the one that is held.
                var on = random.Next(Addresses);
                var lasts = TimeSpan.FromTicks(random.NextInt64(TimeSpan.FromSeconds(random.Next(2) == 0 ? 150 : 10).Ticks));
                var decision = _make.Make($"10.0.0.{on}", lasts: lasts);
                store.Apply([], TestRows.Of(decision));
                ends[on] = held[on] && Math.Abs(ends[on] - decision.Deadline) <= TimeSpan.FromSeconds(2).Ticks ? ends[on] : decision.Deadline;
                held[on] = true;
            }

            if (random.Next(40) == 0)
            {
                swept += store.Sweep().ToChangeSet(_clock).Removed.Count;
                held = Array.ConvertAll(ends, end => end > _clock.GetTimestamp());
            }

            // To the next end, just before it, or anywhere.
            var ahead = ends.Where(end => end > _clock.GetTimestamp()).DefaultIfEmpty(_clock.GetTimestamp()).Min() - _clock.GetTimestamp();
            _clock.Advance(random.Next(4) switch
            {
                0 => TimeSpan.FromTicks(ahead),
                1 => TimeSpan.FromTicks(Math.Max(0, ahead - 1)),
                2 => TimeSpan.FromSeconds(random.Next(200) == 0 ? 1_000 : 1),
                _ => TimeSpan.Zero,
            });
            for (var on = 0; on < Addresses; on++)
            {
                var lives = ends[on] > _clock.GetTimestamp();
                Assert.Equal(lives, store.Index.FindStrongest(IpKey.FromIPv4(0x0A00_0000 | (uint)on), _clock) != 0);
                _ = lives ? alive++ : ended++;
            }
        }

        Assert.InRange(alive, 5_000, int.MaxValue);
        Assert.InRange(ended, 5_000, int.MaxValue);
        Assert.InRange(swept, 100, int.MaxValue);
    }

    private DecisionStore Store(params Decision[] decisions)
    {
        var store = new DecisionStore(Severities, max: 1_000, _clock);
        store.Replace(TestRows.Of(decisions));
        return store;
    }

    private bool IsHeld(DecisionStore store) => IsHeld(store.Index);

    private bool IsHeld(DecisionIndex index)
    {
        var key = IpKey.FromIPv4(0xC000_0207);
        var row = index.FindStrongest(key, _clock);
        Assert.Equal(row != 0, index.FindAll(key, _clock.GetTimestamp()).Any());
        return row != 0;
    }
}

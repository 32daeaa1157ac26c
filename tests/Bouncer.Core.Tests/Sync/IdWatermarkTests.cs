using Bouncer.Lapi;
using Bouncer.Sync;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Sync;

public class IdWatermarkTests
{
    private readonly TestClock _clock = new();
    private readonly IdWatermark _watermark;

    public IdWatermarkTests() => _watermark = new IdWatermark(_clock);

    [Fact]
    public void FirstList_SendsItsLastFewAgain_BelowWhichATransactionMayBeOpen()
    {
        See(3, 9, 7);
        Assert.Equal(0, _watermark.Id);

        _clock.Advance(TimeSpan.FromMinutes(15));
        SeeAbove(3, 9, 7);
        Assert.Equal(9, _watermark.Id);
    }

    [Fact]
    public void FirstListOfMany_IsQueriedAboveAllButItsLastSixteen()
    {
        See([.. Enumerable.Range(1, 100).Select(i => 10L * i)]);
        Assert.Equal(840, _watermark.Id);
    }

    [Fact]
    public void FirstListOfMany_InAnyOrder_IsAskedAboveAllButItsLastSixteen()
    {
        long[] ids = [.. Enumerable.Range(1, 100).Select(i => 10L * i)];
        new Random(1).Shuffle(ids);
        See(ids);
        Assert.Equal(840, _watermark.Id);
    }

    [Fact]
    public void FirstListOfSeventeen_IsAskedAboveItsFirst()
    {
        See([.. Enumerable.Range(7, 17)]);
        Assert.Equal(7, _watermark.Id);
    }

    [Fact]
    public void AWholeList_IsNotSorted()
    {
        var list = TestRows.Of(Decisions([.. Enumerable.Range(1, 10_000)]));
        var unusable = new UnusableDecisions();
        new IdWatermark(_clock).SawAll(list, unusable);

        Assert.InRange(AllocatedBytes.Of(() => new IdWatermark(_clock).SawAll(list, unusable)), 1, 2_000);
    }

    [Fact]
    public void FirstListWithoutAGap_IsAskedAboveItsLastId()
    {
        Start(100);

        Assert.Equal(100, _watermark.Id);
    }

    [Fact]
    public void WithoutAGap_ItFollowsAtOnce()
    {
        Start(5);
        SeeAbove(6, 8, 7);

        Assert.Equal(8, _watermark.Id);
    }

    [Fact]
    public void AGap_IsQueriedForAQuarterOfAnHour_WithFewDecisions()
    {
        Start(5);
        SeeAbove(6, 10);
        Assert.Equal(6, _watermark.Id);

        _clock.Advance(TimeSpan.FromMinutes(14.9));
        SeeAbove(10);
        Assert.Equal(6, _watermark.Id);

        _clock.Advance(TimeSpan.FromMinutes(0.2));
        SeeAbove(10);
        Assert.Equal(10, _watermark.Id);
    }

    [Fact]
    public void AGap_IsQueriedForNinetySeconds_WithManyDecisions()
    {
        Start(5);
        long[] many = [.. Enumerable.Range(10, 17)];
        SeeAbove(many);
        _clock.Advance(TimeSpan.FromSeconds(89));
        SeeAbove(many);
        Assert.Equal(5, _watermark.Id);

        _clock.Advance(TimeSpan.FromSeconds(2));
        SeeAbove(many);
        Assert.Equal(26, _watermark.Id);
    }

    [Fact]
    public void AGap_IsFilledByWhatCommitsLate()
    {
        Start(5);
        SeeAbove(9);
        SeeAbove(6, 7, 8, 9);

        Assert.Equal(9, _watermark.Id);
    }

    [Fact]
    public void ALargeImport_IsSentAgainOnce()
    {
        Start(5);
        SeeAbove([.. Enumerable.Range(10, 1_001)]);

        Assert.Equal(1_010, _watermark.Id);
    }

    [Fact]
    public void ALaterWholeList_DoesNotSkipTheGaps_UnlessTheDatabaseBeganAgain()
    {
        Start(5);
        SeeAbove(9);
        See(5, 9, 12);
        Assert.Equal(5, _watermark.Id);

        See(1, 2);
        Assert.Equal(0, _watermark.Id);
    }

    [Fact]
    public void IdsOfUnusableDecisions_Count()
    {
        var unusable = new UnusableDecisions();
        unusable.Add(SkipReason.Address, id: 12, deadline: long.MaxValue);
        Start(11);
        _watermark.SawAbove(new ListAnswer(TestRows.Of(), unusable, Count: 1));

        Assert.Equal(12, _watermark.Id);
    }

    private void Start(int last)
    {
        long[] ids = [.. Enumerable.Range(1, last).Select(id => (long)id)];
        See(ids);
        SeeAbove([.. ids.Where(id => id > _watermark.Id)]);
    }

    private void See(params long[] ids) => _watermark.SawAll(TestRows.Of(Decisions(ids)), new UnusableDecisions());

    private void SeeAbove(params long[] ids) => _watermark.SawAbove(ScriptedLapi.Listed([.. Decisions(ids)]));

    private IEnumerable<Decision> Decisions(long[] ids) => ids.Select(id => new DecisionBuilder(_clock).Make($"10.0.{id / 256}.{id % 256}", id: id));
}

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
    public void FirstList_IsAskedAboveItsLastId()
    {
        See(3, 9, 7);

        Assert.Equal(9, _watermark.Id);
    }

    [Fact]
    public void WithoutAGap_ItFollowsAtOnce()
    {
        See(5);
        SeeAbove(6, 8, 7);

        Assert.Equal(8, _watermark.Id);
    }

    [Fact]
    public void AGap_IsAskedAboutForAQuarterOfAnHour_BesideAFew()
    {
        See(5);
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
    public void AGap_IsAskedAboutForNinetySeconds_BelowMore()
    {
        See(5);
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
        See(5);
        SeeAbove(9);
        SeeAbove(6, 7, 8, 9);

        Assert.Equal(9, _watermark.Id);
    }

    [Fact]
    public void ALargeImport_IsSentAgainOnce()
    {
        See(5);
        SeeAbove([.. Enumerable.Range(10, 1_001)]);

        Assert.Equal(1_010, _watermark.Id);
    }

    [Fact]
    public void ALaterWholeList_DoesNotSkipTheGaps_UnlessTheDatabaseBeganAgain()
    {
        See(5);
        SeeAbove(9);
        See(5, 9, 12);
        Assert.Equal(5, _watermark.Id);

        See(1, 2);
        Assert.Equal(2, _watermark.Id);
    }

    [Fact]
    public void IdsOfUnusableDecisions_Count()
    {
        var unusable = new UnusableDecisions();
        unusable.Add(SkipReason.Address, id: 12, deadline: long.MaxValue);
        _watermark.SawAll(TestRows.Of(), unusable);

        Assert.Equal(12, _watermark.Id);
    }

    private void See(params long[] ids) => _watermark.SawAll(TestRows.Of(Decisions(ids)), new UnusableDecisions());

    private void SeeAbove(params long[] ids) => _watermark.SawAbove(ScriptedLapi.Listed([.. Decisions(ids)]));

    private IEnumerable<Decision> Decisions(long[] ids) => ids.Select(id => new DecisionBuilder(_clock).Make($"10.0.{id / 256}.{id % 256}", id: id));
}

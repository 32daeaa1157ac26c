using Bouncer.Telemetry;
using Bouncer.TestUtils;

namespace Bouncer.Core.Tests.UsageMetrics;

public sealed class OriginNamesTests
{
    [Fact]
    public void Of_MoreThanAFew_AreOtherAndTheFirstStay()
    {
        var names = new OriginNames();
        string[] origins = [.. Enumerable.Range(0, 100).Select(i => $"lists:{i}")];
        Parallel.ForEach(origins, origin => names.Of(origin));
        var named = origins.Where(origin => names.Of(origin) == origin).ToArray();
        Assert.Equal(OriginNames.Capacity, named.Length);
        Assert.All(origins.Except(named), origin => Assert.Equal("other", names.Of(origin)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Of_None_IsNone(string? origin) => Assert.Null(new OriginNames().Of(origin));

    [Fact]
    public void Of_AKnownOrigin_AllocatesNothing()
    {
        var names = new OriginNames();
        var tooLong = new string('o', 1000);
        void Ask()
        {
            names.Of("CAPI");
            names.Of(tooLong);
        }

        Ask();
        Assert.Equal(0, AllocatedBytes.Of(Ask));
        Assert.Equal(255, names.Of(tooLong)!.Length);
    }
}

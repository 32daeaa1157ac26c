using Bouncer.Firewall.Backends;

namespace Bouncer.Firewall.Tests.Backends;

public sealed class BisectionTests
{
    [Theory]
    [InlineData(0, new int[0])]
    [InlineData(1, new int[0])]
    [InlineData(1, new[] { 0 })]
    [InlineData(1000, new int[0])]
    [InlineData(1000, new[] { 0 })]
    [InlineData(1000, new[] { 999 })]
    [InlineData(1000, new[] { 17, 18, 500, 998 })]
    [InlineData(7, new[] { 0, 1, 2, 3, 4, 5, 6 })]
    public async Task Refused_SomeOfABatch_AreFoundAndTheRestIsCarriedOutOnce(int count, int[] bad)
    {
        List<int> done = [];
        var refused = await Bisection.RefusedAsync(Enumerable.Range(0, count), 200, part =>
        {
            Assert.NotEqual(0, part.Count);
            if (part.Intersect(bad).Any())
            {
                return Task.FromResult(false);
            }

            done.AddRange(part);
            return Task.FromResult(true);
        });
        Assert.Equal(bad, refused.Order());
        Assert.Equal(Enumerable.Range(0, count).Except(bad), done.Order());
    }

    [Fact]
    public async Task Refused_OneOfManyThousand_TakesFewAttempts()
    {
        var attempts = 0;
        var refused = await Bisection.RefusedAsync(Enumerable.Range(0, 20_000), 40, part =>
        {
            attempts++;
            return Task.FromResult(!part.Contains(12_345));
        });
        Assert.Equal([12_345], refused);
        Assert.InRange(attempts, 1, 31);
    }

    [Fact]
    public async Task Refused_Everything_EndsWithTheAttempts()
    {
        var attempts = 0;
        var refused = await Bisection.RefusedAsync(Enumerable.Range(0, 20_000), 40, _ =>
        {
            attempts++;
            return Task.FromResult(false);
        });
        Assert.Equal(40, attempts);
        Assert.Equal(Enumerable.Range(0, 20_000), refused.Order());
    }
}

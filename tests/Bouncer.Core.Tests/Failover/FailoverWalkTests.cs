namespace Bouncer.Tests.Failover;

/// <summary>Random outages of three LAPIs: what is held is always the list of exactly one of them.</summary>
public sealed class FailoverWalkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task R7_Outages_AtRandom_NeverMixTwoLists(int seed)
    {
        var random = new Random(seed);
        await using var all = await FailoverFixture.StartAsync(count: 3, ("Lapi:FailoverAfter", "00:00:20"), ("Lapi:ReturnAfter", "00:01:00"));
        await all.Engine.PullAsync();
        var isUp = new[] { true, true, true };
        var used = new HashSet<string>();
        for (var step = 0; step < 150; step++)
        {
            var n = random.Next(3);
            if (random.Next(4) == 0)
            {
                await (isUp[n] ? all.All[n].StopAsync() : all.All[n].StartAgainAsync());
                isUp[n] = !isUp[n];
            }

            await all.PullAfterAsync(random.Next(1, 15));
            var held = await all.HeldOfAsync();
            Assert.Equal(all.Status.Lapi, all.All[int.Parse(held, System.Globalization.CultureInfo.InvariantCulture)].Url);
            used.Add(held);
        }

        Assert.Equal(3, used.Count);
    }
}

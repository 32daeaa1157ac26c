using System.Net;
using Bouncer.AspNetCore.Captcha.Local;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.TestUtils;

namespace Bouncer.AspNetCore.Tests.Captcha.Local;

public sealed class SolveCounterTests
{
    private readonly TestClock _clock = new();
    private readonly SolveCounter _table;

    public SolveCounterTests() => _table = new SolveCounter(new GcraRateLimiter(_clock));

    [Fact]
    public void Count_AfterRelapses_GrowsFromTheSecondAndIsForgottenOneByOne()
    {
        var client = Client(1);
        List<int> counts = [];
        for (var solution = 0; solution < 4; solution++)
        {
            counts.Add(_table.CountOf(client));
            _table.Add(client);
        }

        Assert.Equal([0, 0, 1, 2], counts);
        Assert.Equal(3, _table.CountOf(client));
        _clock.Advance(SolveCounter.Decay);
        Assert.Equal(2, _table.CountOf(client));
        _clock.Advance(SolveCounter.Decay * 2);
        Assert.Equal(0, _table.CountOf(client));
    }

    [Fact]
    public void Count_AfterVeryManyRelapses_StopsAtTheMostAndEndsAsSoon()
    {
        for (var relapse = 0; relapse < 1000; relapse++)
        {
            _table.Add(Client(1));
        }

        Assert.Equal(SolveCounter.Most, _table.CountOf(Client(1)));
        _clock.Advance(SolveCounter.Decay * SolveCounter.Most);
        Assert.Equal(0, _table.CountOf(Client(1)));
    }

    /// <summary>F7: with two rows of cells, 94 of 100 strangers paid for 30,000 single solutions of others.</summary>
    [Fact]
    public void F7_Count_OfOtherClients_IsZeroRegardlessOfTheirNumber()
    {
        for (var client = 0; client < 30_000; client++)
        {
            _table.Add(Client(client));
            _table.Add(Client(client));
        }

        Assert.Equal(1, _table.CountOf(Client(29_999)));
        Assert.All(Enumerable.Range(1_000_000, 1000), stranger => Assert.Equal(0, _table.CountOf(Client(stranger))));
    }

    [Fact]
    public void ClientsWithoutAnAddress_PayNothing()
    {
        for (var visitor = 0; visitor < 1000; visitor++)
        {
            Assert.Equal(0, _table.Open(default));
            _table.Add(default);
        }
    }

    private static ClientKey Client(int number) =>
        ClientKey.Of(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]));
}

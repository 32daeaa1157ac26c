using System.Net;
using Bouncer.AspNetCore.Remediations.Captcha.ProofOfWork;
using Bouncer.TestUtils;

namespace Bouncer.AspNetCore.Tests.Remediations.Captcha.ProofOfWork;

public sealed class RelapseTableTests
{
    private readonly TestClock _clock = new();

    [Fact]
    public void Count_AfterRelapses_GrowsAndIsForgottenOneByOne()
    {
        var table = new RelapseTable(_clock);
        var client = Client(1);
        Assert.Equal(0, table.CountOf(client));
        table.Add(client);
        table.Add(client);
        table.Add(client);
        Assert.Equal(3, table.CountOf(client));
        _clock.Advance(RelapseTable.Decay);
        Assert.Equal(2, table.CountOf(client));
        _clock.Advance(RelapseTable.Decay * 2);
        Assert.Equal(0, table.CountOf(client));
    }

    [Fact]
    public void Count_AfterVeryManyRelapses_StopsAtTheMost()
    {
        var table = new RelapseTable(_clock);
        for (var relapse = 0; relapse < 1000; relapse++)
        {
            table.Add(Client(1));
        }

        Assert.Equal(RelapseTable.Most, table.CountOf(Client(1)));
        _clock.Advance(RelapseTable.Decay * RelapseTable.Most);
        Assert.Equal(0, table.CountOf(Client(1)));
    }

    [Fact]
    public void Count_OfOneAmongMany_IsNeverLost()
    {
        var table = new RelapseTable(_clock);
        table.Add(Client(1));
        for (var other = 2; other < 20_000; other++)
        {
            table.Add(Client(other));
        }

        Assert.InRange(table.CountOf(Client(1)), 1, RelapseTable.Most);
    }

    /// <summary>A stranger pays if both cells collide: 400 clients in 8,192 cells, squared, are 1 in 440; of 1,000 about 2.</summary>
    [Fact]
    public void Count_OfStrangers_IsNothingForNearlyAll()
    {
        var table = new RelapseTable(_clock);
        for (var client = 0; client < 400; client++)
        {
            table.Add(Client(client));
        }

        Assert.InRange(Enumerable.Range(1_000_000, 1000).Count(stranger => table.CountOf(Client(stranger)) > 0), 0, 30);
    }

    private static ClientKey Client(int number) =>
        ClientKey.Of(new IPAddress([10, (byte)(number >> 16), (byte)(number >> 8), (byte)number]));
}

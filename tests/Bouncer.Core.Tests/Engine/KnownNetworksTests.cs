using System.Net;
using Bouncer.Engine;
using Bouncer.Net;

namespace Bouncer.Tests.Engine;

public sealed class KnownNetworksTests
{
    private readonly KnownNetworks _known = new();

    [Fact]
    public void Learn_MoreThanAreKept_KeepsThoseThatHoldLongest()
    {
        for (var i = 0; i < KnownNetworks.Most + 100; i++)
        {
            Learn($"10.{i / 256}.{i % 256}.1", until: 1000 + i, Ban($"10.{i / 256}.{i % 256}.0/24"));
        }

        Assert.Empty(_known.On(Key("10.0.99.7"), now: 0));
        Assert.Single(_known.On(Key("10.0.100.7"), now: 0));
        Assert.Single(_known.On(Key("10.4.99.7"), now: 0));
    }

    [Fact]
    public void On_AnAddress_GivesWhatCoversItAndHolds()
    {
        Learn("10.1.2.3", until: 100, Ban("10.0.0.0/8"), Ban("10.1.0.0/16"), Ban("10.1.2.3"));

        Assert.Equal(2, _known.On(Key("10.1.9.9"), now: 99).Count());
        Assert.Single(_known.On(Key("10.2.9.9"), now: 99));
        Assert.Empty(_known.On(Key("10.1.9.9"), now: 100));
        Assert.Empty(_known.On(Key("11.1.9.9"), now: 0));
    }

    [Fact]
    public void Learn_ADecisionThatEndsEarlier_HoldsToItsEnd()
    {
        Learn("10.1.2.3", until: 100, Ban("10.0.0.0/8", deadline: 50));

        Assert.Single(_known.On(Key("10.1.9.9"), now: 49));
        Assert.Empty(_known.On(Key("10.1.9.9"), now: 50));
    }

    [Fact]
    public void Learn_ANewerAnswer_TakesThePlaceOfWhatCoversTheAddress()
    {
        Learn("10.1.2.3", until: 100, Ban("10.0.0.0/8"), Ban("10.1.0.0/16"));
        Learn("10.2.2.3", until: 200, Ban("10.0.0.0/8"));
        Assert.Equal([100L, 200L], _known.On(Key("10.1.9.9"), now: 0).Select(known => known.Until).Order());

        Learn("10.2.2.3", until: 300);
        Assert.Equal([100L], _known.On(Key("10.1.9.9"), now: 0).Select(known => known.Until));
    }

    private void Learn(string address, long until, params Decision[] decisions) => _known.Learn(Key(address), decisions, until);

    private static Decision Ban(string value, long deadline = long.MaxValue) => new()
    {
        Value = value,
        Remediation = Remediation.Ban,
        Network = value.Contains('/', StringComparison.Ordinal) ? IPNetwork.Parse(value) : new IPNetwork(IPAddress.Parse(value), 32),
        Deadline = deadline,
    };

    private static IpKey Key(string address) => IpKey.From(IPAddress.Parse(address));
}

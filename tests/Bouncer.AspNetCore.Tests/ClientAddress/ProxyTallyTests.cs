using System.Net;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.TestUtils;

namespace Bouncer.AspNetCore.Tests.ClientAddress;

public sealed class ProxyTallyTests
{
    private readonly ProxyTally _tally = new();

    [Fact]
    public void Own_AsOftenAsIsTooMuch_IsSilentUntilAClientIsNamed()
    {
        var proxy = IPAddress.Parse("10.0.0.1");
        Assert.Equal([ProxyTally.MostOwn], Enumerable.Range(1, 300).Where(_ => _tally.Own(proxy)));
        Assert.True(_tally.HasSilent);

        _tally.Named(IPAddress.Parse("10.0.0.2"));
        Assert.True(_tally.HasSilent);
        _tally.Named(IPAddress.Parse("::ffff:10.0.0.1"));
        _tally.Named(proxy);
        Assert.False(_tally.HasSilent);
        Assert.DoesNotContain(true, Enumerable.Range(1, 300).Select(_ => _tally.Own(proxy)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1%3")]
    public void Own_EveryKindOfPeer_IsCounted(string? peer)
    {
        var proxy = peer is null ? null : IPAddress.Parse(peer);
        Assert.Single(Enumerable.Range(1, 300), _ => _tally.Own(proxy));
    }

    /// <summary>As where everybody is believed.</summary>
    [Fact]
    public void Own_MorePeersThanThereArePlaces_CountsTheFirstOnesAndAllocatesNothing()
    {
        var first = IPAddress.Parse("10.0.0.1");
        _tally.Named(first);
        IPAddress[] peers = [.. Enumerable.Range(0, 5000).Select(i => new IPAddress([172, 16, (byte)(i >> 8), (byte)i]))];
        void Ask()
        {
            foreach (var peer in peers)
            {
                _tally.Own(peer);
            }
        }

        Ask();
        Assert.Equal(0, AllocatedBytes.Of(Ask));
        Assert.DoesNotContain(true, Enumerable.Range(1, 300).Select(_ => _tally.Own(first)));
    }
}

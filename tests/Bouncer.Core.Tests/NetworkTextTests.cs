using System.Net;
using System.Text;

namespace Bouncer.Tests;

public sealed class NetworkTextTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3/32")]
    [InlineData("2001:DB8::1/32", "2001:db8::/32")]
    public void TryParse_ANetwork_ClearsItsHostBits(string text, string expected)
    {
        Assert.True(NetworkText.TryParse(text, out var network));
        Assert.Equal(IPNetwork.Parse(expected), network);
        Assert.True(NetworkText.TryParse(Encoding.UTF8.GetBytes(text), out network));
        Assert.Equal(IPNetwork.Parse(expected), network);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.1 ")]
    [InlineData("fe80::1%eth0")]
    [InlineData("localhost")]
    [InlineData("١٠.0.0.1")]
    public void B7_TryParse_AnythingElse_IsRefused(string text)
    {
        Assert.False(NetworkText.TryParse(text, out var network));
        Assert.Equal(default, network);
        Assert.False(NetworkText.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Theory]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("128.0.0.0/1", true)]
    [InlineData("::ffff:0.0.0.0/97", true)]
    [InlineData("8.0.0.0/7", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("::/0", true)]
    [InlineData("2000::/15", true)]
    [InlineData("2001::/16", false)]
    [InlineData("fc00::/7", false)]
    public void U7_IsWide_DetectsALargePartOfTheInternet(string network, bool isWide) => Assert.Equal(isWide, NetworkText.IsWide(IPNetwork.Parse(network)));
}

using System.Net;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Tests.Networks;

public sealed class PrefixTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", "192.0.2.7")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8", "10.255.255.255")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0", "255.255.255.255")]
    [InlineData("2001:db8:0:1::/64", "2001:db8:0:1::/64", "2001:db8:0:1:ffff:ffff:ffff:ffff")]
    [InlineData("::/0", "::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7")]
    [InlineData("2001:DB8:0:0:0::1", "2001:db8::1", "2001:db8::1")]
    public void From_ANetwork_KnowsItsTextAndItsLastAddress(string text, string canonical, string last)
    {
        var prefix = Parse(text);
        Assert.Equal(canonical, prefix.ToString());
        Assert.Equal(last, new Prefix(prefix.Last, (byte)prefix.Width, prefix.IsIPv4).ToString());
        Assert.Equal(prefix, Prefix.From(prefix.ToIPNetwork()));
        Span<char> address = stackalloc char[Prefix.LongestAddress];
        Assert.Equal(canonical.Split('/')[0], address[..prefix.FormatAddress(address)]);
    }

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", true)]
    [InlineData("10.0.0.0/9", "10.0.0.0/8", false)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "2001:db8::/32", true)]
    public void Contains_ANetwork_IsAboutAllOfIt(string outer, string inner, bool expected) =>
        Assert.Equal(expected, Parse(outer).Contains(Parse(inner)));

    [Fact]
    public void Host_OfAMappedAddress_IsIPv4() =>
        Assert.Equal(Parse("192.0.2.7"), Prefix.Host(IPAddress.Parse("::ffff:192.0.2.7")));

    [Fact]
    public void Order_OfNetworks_PutsTheWiderFirst()
    {
        string[] sorted = ["10.0.0.0/8", "10.0.0.0/16", "10.0.0.0", "10.0.0.1", "11.0.0.0/8", "::/0", "::1"];
        Assert.Equal(sorted, sorted.Reverse().Select(Parse).Order().Select(prefix => prefix.ToString()));
    }

    private static Prefix Parse(string text)
    {
        Assert.True(NetworkText.TryParse(text, out var network));
        return Prefix.From(network);
    }
}

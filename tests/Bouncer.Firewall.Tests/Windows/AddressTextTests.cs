using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Windows;

namespace Bouncer.Firewall.Tests.Windows;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("192.0.2.7/32,198.51.100.0/24", "192.0.2.7,198.51.100.0/24")]
    [InlineData("192.0.2.6,192.0.2.7", "192.0.2.6/31")]
    [InlineData("192.0.2.7,192.0.2.8", "192.0.2.7-192.0.2.8")]
    [InlineData("255.255.255.255,0.0.0.0/1", "0.0.0.0/1,255.255.255.255")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("2001:db8::6/127", "2001:db8::6,2001:db8::7")]
    [InlineData("2001:DB8::4/126", "2001:db8::4/126")]
    [InlineData("2001:db8::1,2001:db8::2,2001:db8::3", "2001:db8::1-2001:db8::3")]
    public void Write_Networks_IsCanonicalAndReadsBack(string networks, string expected)
    {
        Prefix[] parsed = [.. networks.Split(',').Select(WindowsBed.Parse).Order()];
        var ranges = RangeSet.OfSorted(parsed);
        var text = AddressText.Write(ranges, parsed[0].IsIPv4);
        Assert.Equal(expected, text);
        Assert.True(AddressText.TryRead(text, parsed[0].IsIPv4, out var read));
        Assert.Equal(ranges, read);
        Assert.InRange(text.Length, 1, ranges.Ranges.Sum(range => AddressText.MostLength(range, parsed[0].IsIPv4)));
        Assert.Equal(text.Split(',').Length, ranges.Ranges.Sum(range => AddressText.Tokens(range, parsed[0].IsIPv4)));
    }

    [Fact]
    public void Write_OfNothingOrOfEverything_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => AddressText.Write(RangeSet.Empty, isIPv4: true));
        Assert.Throws<InvalidOperationException>(() => AddressText.Write(RangeSet.Of([AddressRange.WholeOf(isIPv4: true)]), isIPv4: true));
        Assert.Throws<InvalidOperationException>(() => AddressText.Write(RangeSet.Of([AddressRange.WholeOf(isIPv4: false)]), isIPv4: false));
    }

    /// <summary>The forms in which Windows was seen to give addresses back.</summary>
    [Theory]
    [InlineData("192.0.2.7/255.255.255.255", true, "192.0.2.7")]
    [InlineData("10.0.0.0/255.0.0.0,192.0.2.1-192.0.2.3", true, "10.0.0.0/8,192.0.2.1-192.0.2.3")]
    [InlineData("192.0.2.9,10.1.2.3/255.0.0.0,192.0.2.8", true, "10.0.0.0/8,192.0.2.8/31")]
    [InlineData("2001:db8::9-2001:db8::9", false, "2001:db8::9")]
    public void TryRead_InWindowsOwnWords_IsTheSame(string text, bool isIPv4, string expected)
    {
        Assert.True(AddressText.TryRead(text, isIPv4, out var ranges));
        Assert.Equal(expected, AddressText.Write(ranges, isIPv4));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("LocalSubnet")]
    [InlineData("192.0.2.7,*")]
    [InlineData("192.0.2.7,")]
    [InlineData(",192.0.2.7")]
    [InlineData("192.0.2.7, 192.0.2.8")]
    [InlineData("192.0.2.8-192.0.2.7")]
    [InlineData("192.0.2.7-")]
    [InlineData("192.0.2.7-192.0.2.8-192.0.2.9")]
    [InlineData("192.0.2.0/24-192.0.3.0/24")]
    [InlineData("192.0.2.0/255.0.255.0")]
    [InlineData("192.0.2.0/24/24")]
    [InlineData("192.0.2.0/33")]
    [InlineData("010.0.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("192.0.2.7-2001:db8::1")]
    public void TryRead_AnythingElse_IsNoList(string? text) => Assert.False(AddressText.TryRead(text, isIPv4: true, out _));

    [Theory]
    [InlineData("fe80::1%4")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("2001:db8::/255.255.0.0")]
    [InlineData("192.0.2.7")]
    public void TryRead_OfTheOtherFamilyOrWithAZone_IsNoList(string text) => Assert.False(AddressText.TryRead(text, isIPv4: false, out _));
}

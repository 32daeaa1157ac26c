using System.Net;

namespace Bouncer.Net;

public class IpKeyTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("1.2.3.4")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::fffe:ffff:ffff")]
    [InlineData("::1:0:0:0")]
    [InlineData("2001:db8::ff:1")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void From_Address_ComesBackByToIPAddress(string text) =>
        Assert.Equal(IPAddress.Parse(text), IpKey.From(IPAddress.Parse(text)).ToIPAddress());

    [Fact]
    public void From_A5_MappedAddress_EqualsTheIPv4One()
    {
        var mapped = IpKey.From(IPAddress.Parse("::ffff:1.2.3.4"));

        Assert.True(mapped.IsIPv4);
        Assert.Equal(0x01020304u, mapped.IPv4);
        Assert.Equal(IpKey.From(IPAddress.Parse("1.2.3.4")), mapped);
        Assert.Equal(IpKey.FromIPv4(0x01020304), mapped);
    }

    [Fact]
    public void From_Zone_IsDropped() =>
        Assert.Equal(IpKey.From(IPAddress.Parse("fe80::1")), IpKey.From(IPAddress.Parse("fe80::1%4")));

    [Theory]
    [InlineData("::", false)]
    [InlineData("::1.2.3.4", false)]
    [InlineData("::fffe:1.2.3.4", false)]
    [InlineData("0:0:0:0:1:ffff:1.2.3.4", false)]
    [InlineData("1::ffff:1.2.3.4", false)]
    [InlineData("::ffff:0.0.0.0", true)]
    public void IsIPv4_NeighboursOfTheMappedBlock_AreIPv6(string text, bool expected) =>
        Assert.Equal(expected, IpKey.From(IPAddress.Parse(text)).IsIPv4);

    [Fact]
    public void Octet_EachIndex_IsTheByteOfTheAddress()
    {
        var address = IPAddress.Parse("0102:0304:0506:0708:090a:0b0c:0d0e:0f10");
        var key = IpKey.From(address);

        Assert.Equal(address.GetAddressBytes(), Enumerable.Range(0, 16).Select(key.Octet));
    }

    [Fact]
    public void GetHashCode_HalvesThatFoldToZero_StillDiffer()
    {
        var hashes = Enumerable.Range(1, 1000).Select(i => new IpKey(1, ((ulong)i << 32) | (uint)i).GetHashCode());

        Assert.InRange(hashes.Distinct().Count(), 990, 1000);
    }
}

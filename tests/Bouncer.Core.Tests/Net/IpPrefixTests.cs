using System.Net;

namespace Bouncer.Net;

public class IpPrefixTests
{
    [Theory]
    [InlineData("10.1.2.3", 0, "0.0.0.0")]
    [InlineData("10.1.2.3", 8, "10.0.0.0")]
    [InlineData("10.1.2.3", 31, "10.1.2.2")]
    [InlineData("10.1.2.3", 32, "10.1.2.3")]
    [InlineData("2001:db8:1:2:3:4:5:6", 0, "::")]
    [InlineData("2001:db8:1:2:3:4:5:6", 63, "2001:db8:1:2::")]
    [InlineData("2001:db8:1:3:3:4:5:6", 63, "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::")]
    [InlineData("2001:db8:1:2:ffff:4:5:6", 65, "2001:db8:1:2:8000::")]
    [InlineData("2001:db8:1:2:3:4:5:7", 127, "2001:db8:1:2:3:4:5:6")]
    [InlineData("2001:db8:1:2:3:4:5:6", 128, "2001:db8:1:2:3:4:5:6")]
    public void Of_HostBits_AreCleared(string address, int length, string expected)
    {
        var prefix = IpPrefix.Of(IpKey.From(IPAddress.Parse(address)), length);

        Assert.Equal(new IPNetwork(IPAddress.Parse(expected), length), prefix.ToIPNetwork());
        Assert.Equal(length, prefix.Length);
    }

    [Theory]
    [InlineData("1.2.3.4", -1)]
    [InlineData("1.2.3.4", 33)]
    [InlineData("::1", -1)]
    [InlineData("::1", 129)]
    public void Of_LengthOutsideTheFamily_Throws(string address, int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => IpPrefix.Of(IpKey.From(IPAddress.Parse(address)), length));

    [Theory]
    [InlineData("1.2.3.0/24", 120)]
    [InlineData("0.0.0.0/0", 96)]
    [InlineData("1.2.3.4/32", 128)]
    [InlineData("::/0", 0)]
    [InlineData("2001:db8::/48", 48)]
    public void KeyBits_BothFamilies_CountOver128(string text, int expected) =>
        Assert.Equal(expected, Networks.Prefix(text).KeyBits);

    [Theory]
    [InlineData("1.2.3.4", true)]
    [InlineData("1.2.3.4/31", false)]
    [InlineData("::1", true)]
    [InlineData("::/32", false)]
    [InlineData("::1/127", false)]
    public void IsHost_OnlyTheFullLength_IsTrue(string text, bool expected) =>
        Assert.Equal(expected, Networks.Prefix(text).IsHost);

    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "::1", true)]
    [InlineData("::/0", "1.2.3.4", false)]
    [InlineData("::/80", "1.2.3.4", false)]
    [InlineData("2001:db8::/33", "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8::/33", "2001:db8:8000::", false)]
    public void Contains_OneFamilyOnly_IsExact(string prefix, string address, bool expected) =>
        Assert.Equal(expected, Networks.Prefix(prefix).Contains(Networks.Key(address)));
}

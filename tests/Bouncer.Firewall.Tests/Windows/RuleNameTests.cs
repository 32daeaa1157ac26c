using Bouncer.Firewall.Windows;

namespace Bouncer.Firewall.Tests.Windows;

public sealed class RuleNameTests
{
    [Theory]
    [InlineData("crowdsec_bouncer-in-ipv4-0000", 1, true, 0, 0)]
    [InlineData("crowdsec_bouncer-out-ipv6-1023-12", 2, false, 1023, 11)]
    public void Name_Written_ReadsBack(string text, int direction, bool isIPv4, int bucket, int page)
    {
        var name = new RuleName((RuleDirection)direction, isIPv4, bucket, page);
        Assert.Equal(text, name.ToText("crowdsec_bouncer"));
        Assert.True(RuleName.TryParse(text, "crowdsec_bouncer", out var read));
        Assert.Equal(name, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("crowdsec_bouncer")]
    [InlineData("crowdsec_bouncer2-in-ipv4-0000")]
    [InlineData("other-in-ipv4-0000")]
    [InlineData("crowdsec_bouncer-in-ipv4-0")]
    [InlineData("crowdsec_bouncer-in-ipv4-1024")]
    [InlineData("crowdsec_bouncer-in-ipv4-0000-1")]
    [InlineData("crowdsec_bouncer-in-ipv4-0000-0")]
    [InlineData("crowdsec_bouncer-in-ipv4-0000-02")]
    [InlineData("crowdsec_bouncer-in-ipv4-0000-99999999999")]
    [InlineData("crowdsec_bouncer-in-ipv4-+001")]
    [InlineData("crowdsec_bouncer-in-ipv5-0001")]
    [InlineData("crowdsec_bouncer-IN-ipv4-0001")]
    [InlineData("crowdsec_bouncer-surplus-1")]
    public void TryParse_AnythingElse_IsNoNameOfOurs(string text) => Assert.False(RuleName.TryParse(text, "crowdsec_bouncer", out _));

    /// <summary>Bucket 1 of 4 parts into 1 and 5 of 8, bucket 0 of 1 into all there are.</summary>
    [Theory]
    [InlineData(1, 5, true)]
    [InlineData(5, 1, true)]
    [InlineData(5, 5, true)]
    [InlineData(0, 6, true)]
    [InlineData(1, 2, false)]
    [InlineData(5, 6, false)]
    [InlineData(3, 5, false)]
    [InlineData(5, 9, false)]
    [InlineData(5, 13, true)]
    public void SharesNetworksWith_ABucket_WhereOnePartsIntoTheOther(int left, int right, bool expected) =>
        Assert.Equal(expected, new RuleName(RuleDirection.In, true, left, 0).SharesNetworksWith(new(RuleDirection.In, true, right, 1)));
}

using Bouncer.Firewall.Nftables;

namespace Bouncer.Firewall.Tests.Nftables;

public sealed class NftSetTests
{
    [Theory]
    [InlineData("192.0.2.7", "ipv4_32", "")]
    [InlineData("192.0.2.0/25", "ipv4_25", " & 255.255.255.128")]
    [InlineData("10.0.0.0/8", "ipv4_8", " & 255.0.0.0")]
    [InlineData("0.0.0.0/0", "ipv4_0", " & 0.0.0.0")]
    [InlineData("2001:db8::1", "ipv6_128", "")]
    [InlineData("2001:db8::/63", "ipv6_63", " & ffff:ffff:ffff:fffe::")]
    [InlineData("::/0", "ipv6_0", " & ::")]
    public void Set_OfANetwork_HasANameThatIsReadAgain(string network, string name, string mask)
    {
        var set = NftSet.Of(NftTable.Parse(network), 0);
        Assert.Equal((name, mask, "map"), (set.Name, set.Mask, set.Kind));
        AssertReadAgain(set);
        AssertReadAgain(set with { Generation = 17 });
        AssertReadAgain(NftSet.GateOf(set.IsIPv4, 2));
    }

    [Theory]
    [InlineData("192.0.2.7", null)]
    [InlineData("192.0.2.0/24", "192.0.0.0/16")]
    [InlineData("10.20.0.0/16", "10.20.0.0/16")]
    [InlineData("10.20.0.0/15", null)]
    [InlineData("2001:db8::1", null)]
    [InlineData("2001:db8:1:2::/64", "2001:db8::/32")]
    [InlineData("2001:db8::/31", null)]
    public void GateBefore_ANetwork_IsThatOfRangesAlone(string network, string? gate) =>
        Assert.Equal(gate, NftSet.GateBefore(NftTable.Parse(network))?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("ipv4")]
    [InlineData("ipv4_")]
    [InlineData("ipv4_33")]
    [InlineData("ipv6_129")]
    [InlineData("ipv4_032")]
    [InlineData("ipv4_-1")]
    [InlineData("ipv4_32_")]
    [InlineData("ipv4_32_x")]
    [InlineData("ipv4_32_g0")]
    [InlineData("ipv4_32_g01")]
    [InlineData("ipv4_32_g-1")]
    [InlineData("ipv4_32_g99999999999")]
    [InlineData("ipv4_32_g1_")]
    [InlineData("ipv4_gates")]
    [InlineData("ipv5_32")]
    [InlineData(" ipv4_32")]
    public void TryParse_AnotherName_IsNotOurs(string name) => Assert.False(NftSet.TryParse(name, out _));

    [Theory]
    [InlineData("CAPI", "capi")]
    [InlineData("lists:firehol-level1", "lists_firehol_level1")]
    [InlineData("", "unknown")]
    [InlineData("\r\n; flush ruleset", "____flush_ruleset")]
    [InlineData("\u0130\u202e\ud83d\ude00", "____")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaabbbb", "aaaaaaaaaaaaaaaaaaaaaaaa")]
    public void B9_Slug_OfAnyOrigin_IsAWordOfNft(string origin, string slug)
    {
        OriginSlugs slugs = new();
        Assert.Equal((slug, slug + "_v6"), (slugs.Of(origin, isIPv4: true), slugs.Of(origin, isIPv4: false)));
        Assert.Equal(((origin, true), (origin, false)), (slugs.Meaning(slug), slugs.Meaning(slug + "_v6")));
        Assert.True(OriginSlugs.IsSlug(slug));
    }

    private static void AssertReadAgain(NftSet set)
    {
        Assert.True(NftSet.TryParse(set.Name, out var read));
        Assert.Equal(set, read);
    }
}

using Bouncer.Firewall.Nftables;

namespace Bouncer.Firewall.Tests.Nftables;

public sealed class NftSetTests
{
    [Theory]
    [InlineData("192.0.2.7", "ipv4_32_x", "")]
    [InlineData("192.0.2.0/25", "ipv4_25_x", " & 255.255.255.128")]
    [InlineData("10.0.0.0/8", "ipv4_8_x", " & 255.0.0.0")]
    [InlineData("0.0.0.0/0", "ipv4_0_x", " & 0.0.0.0")]
    [InlineData("2001:db8::1", "ipv6_128_x", "")]
    [InlineData("2001:db8::/63", "ipv6_63_x", " & ffff:ffff:ffff:fffe::")]
    [InlineData("::/0", "ipv6_0_x", " & ::")]
    public void Set_OfANetwork_HasANameThatIsReadAgain(string network, string name, string mask)
    {
        var set = NftSet.Of(NftTable.Parse(network), "x");
        Assert.Equal((name, mask), (set.Name, set.Mask));
        Assert.True(NftSet.TryParse(name, out var read));
        Assert.Equal(set, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ipv4_32")]
    [InlineData("ipv4_32_")]
    [InlineData("ipv4_33_x")]
    [InlineData("ipv6_129_x")]
    [InlineData("ipv4_032_x")]
    [InlineData("ipv4_-1_x")]
    [InlineData("ipv4_32_X")]
    [InlineData("ipv4_32_a-b")]
    [InlineData("ipv4_32_aaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ipv5_32_x")]
    [InlineData(" ipv4_32_x")]
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
        Assert.Equal(slug, new OriginSlugs().Of(origin));
        Assert.True(OriginSlugs.IsSlug(slug));
    }
}

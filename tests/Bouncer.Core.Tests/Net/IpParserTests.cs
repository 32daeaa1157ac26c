using System.Net;
using System.Text;
using Bouncer.TestUtils;

namespace Bouncer.Net;

public class IpParserTests
{
    [Theory]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("1.2.3.4", "1.2.3.4")]
    [InlineData("192.168.100.200", "192.168.100.200")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("2001:DB8::aBcD", "2001:db8::abcd")]
    [InlineData("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1")]
    [InlineData("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("1:2:3::5:6:7:8", "1:2:3:0:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("::1.2.3.4", "::102:304")]
    [InlineData("1::1.2.3.4", "1::102:304")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4")]
    [InlineData("::FFFF:102:304", "1.2.3.4")]
    [InlineData("0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255")]
    public void TryParseAddress_WellFormed_IsTheAddress(string text, string expected) =>
        Assert.Equal(Networks.Key(expected), Address(text));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("010.0.0.1")]
    [InlineData("1.2.3.00")]
    [InlineData("1.2.3.04")]
    [InlineData("256.0.0.1")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.1000")]
    [InlineData("1.2.3.4294967300")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("+1.2.3.4")]
    [InlineData("1.2.-3.4")]
    [InlineData("1.2.3.4:80")]
    [InlineData("1.2.3.4/32")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2. 3.4")]
    [InlineData("1.2.3.4\n")]
    [InlineData("1.2.3.4\0")]
    [InlineData("1.2.3\0.4")]
    [InlineData("１.２.３.４")]
    [InlineData("1.2.3.٤")]
    [InlineData("1。2。3。4")]
    [InlineData("a.b.c.d")]
    [InlineData("localhost")]
    [InlineData("example.com")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("[::1]:99999")]
    [InlineData("::1%eth0")]
    [InlineData("fe80::1%4")]
    [InlineData("fe80::1%25eth0")]
    [InlineData("2001:db8::1%")]
    [InlineData(" ::1")]
    [InlineData("::1 ")]
    [InlineData("::1\0")]
    [InlineData("::1/128")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData(":1")]
    [InlineData("1:")]
    [InlineData(":1::")]
    [InlineData("1::2:")]
    [InlineData("1:::2")]
    [InlineData("1::2::3")]
    [InlineData("::1::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:")]
    [InlineData(":1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("::1:2:3:4:5:6:7:8")]
    [InlineData("00001::")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("@::")]
    [InlineData("`::")]
    [InlineData("::-1")]
    [InlineData("0x1::")]
    [InlineData("::ａ")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("1:2:3:4:5:1.2.3.4")]
    [InlineData("1::2:3:4:5:6:1.2.3.4")]
    [InlineData("::1.2.3.4:1")]
    [InlineData("1.2.3.4::")]
    [InlineData("::1.2.3")]
    [InlineData("::01.2.3.4")]
    [InlineData("::ffff:1.2.3.256")]
    [InlineData("::ffff:1.2.3.4.")]
    public void TryParseAddress_B7_AnythingElse_IsRefused(string text) => Assert.Null(Address(text));

    [Theory]
    [InlineData("1.2.3.4", "1.2.3.4/32")]
    [InlineData("1.2.3.4/32", "1.2.3.4/32")]
    [InlineData("1.2.3.4/24", "1.2.3.0/24")]
    [InlineData("10.255.255.255/8", "10.0.0.0/8")]
    [InlineData("255.255.255.255/0", "0.0.0.0/0")]
    [InlineData("::1", "::1/128")]
    [InlineData("2001:db8:ffff::1/33", "2001:db8:8000::/33")]
    [InlineData("2001:db8::1/128", "2001:db8::1/128")]
    [InlineData("1::/0", "::/0")]
    [InlineData("::1.2.3.4/96", "::/96")]
    [InlineData("::ffff:1.2.3.4", "1.2.3.4/32")]
    [InlineData("::ffff:1.2.3.4/128", "1.2.3.4/32")]
    [InlineData("::ffff:1.2.3.0/120", "1.2.3.0/24")]
    [InlineData("::ffff:1.2.3.4/120", "1.2.3.0/24")]
    [InlineData("::ffff:102:304/112", "1.2.0.0/16")]
    [InlineData("::ffff:0:0/96", "0.0.0.0/0")]
    [InlineData("0000:0000:0000:0000:0000:ffff:255.255.255.255/128", "255.255.255.255/32")]
    public void TryParsePrefix_WellFormed_IsTheNetwork(string text, string expected) =>
        Assert.Equal(Networks.Prefix(expected), Prefix(text));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/8")]
    [InlineData("1/8")]
    [InlineData("010.0.0.0/8")]
    [InlineData("1.2.3.4/")]
    [InlineData("1.2.3.4/33")]
    [InlineData("1.2.3.4/128")]
    [InlineData("1.2.3.4/-1")]
    [InlineData("1.2.3.4/+8")]
    [InlineData("1.2.3.4/024")]
    [InlineData("1.2.3.4/00")]
    [InlineData("1.2.3.4/ 24")]
    [InlineData("1.2.3.4/24 ")]
    [InlineData(" 1.2.3.4/24")]
    [InlineData("1.2.3.4 /24")]
    [InlineData("1.2.3.4/24/8")]
    [InlineData("1.2.3.4//24")]
    [InlineData("1.2.3.4/0x8")]
    [InlineData("1.2.3.4/２４")]
    [InlineData("1.2.3.4/255.255.255.0")]
    [InlineData("1.2.3.4/4294967304")]
    [InlineData("1.2.3.4/24\0")]
    [InlineData("::1/129")]
    [InlineData("::1/-1")]
    [InlineData("::1/064")]
    [InlineData("::1/1e1")]
    [InlineData("[::1]/64")]
    [InlineData("[::1/64]")]
    [InlineData("fe80::1%eth0/64")]
    [InlineData("fe80::/64%eth0")]
    [InlineData("::ffff:1.2.3.4/129")]
    [InlineData("localhost/8")]
    [InlineData("example.com")]
    public void TryParsePrefix_B7_AnythingElse_IsRefused(string text) => Assert.Null(Prefix(text));

    [Theory]
    [InlineData("::ffff:0:0/95")]
    [InlineData("::ffff:0:0/90")]
    [InlineData("::ffff:1.2.3.4/32")]
    [InlineData("::ffff:1.2.3.4/24")]
    [InlineData("::ffff:1.2.3.4/0")]
    public void TryParsePrefix_MappedWiderThanItsBlock_IsRefused(string text) => Assert.Null(Prefix(text));

    [Theory]
    [InlineData('1')]
    [InlineData(':')]
    [InlineData('.')]
    [InlineData('/')]
    [InlineData(' ')]
    public void TryParse_B7_TenKilobytes_IsRefused(char c)
    {
        string[] texts = [new(c, 10_240), "1.2.3.4/" + new string(c, 10_240), "::1" + new string(c, 10_240)];

        Assert.All(texts, text => Assert.Null(Address(text)));
        Assert.All(texts, text => Assert.Null(Prefix(text)));
    }

    [Fact]
    public void TryParse_EitherWay_AllocatesNothing()
    {
        string[] texts = ["1.2.3.4", "10.0.0.0/8", "2001:db8::1.2.3.4/64", "::ffff:1.2.3.4", "localhost", "1:2:3:4:5:6:7:8::"];
        var utf8 = Array.ConvertAll(texts, Encoding.UTF8.GetBytes);
        var accepted = ParseAll(texts, utf8);

        Assert.Equal(0, AllocatedBytes.Of(() => accepted += ParseAll(texts, utf8)));
        Assert.Equal(6 * 12, accepted);
    }

    private static int ParseAll(string[] texts, byte[][] utf8)
    {
        var accepted = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            accepted += IpParser.TryParseAddress(texts[i], out _) ? 1 : 0;
            accepted += IpParser.TryParsePrefix(texts[i], out _) ? 1 : 0;
            accepted += IpParser.TryParseAddress(utf8[i], out _) ? 1 : 0;
            accepted += IpParser.TryParsePrefix(utf8[i], out _) ? 1 : 0;
        }

        return accepted;
    }

    private static IpKey? Address(string text)
    {
        var fromChars = IpParser.TryParseAddress(text, out var key);
        Assert.Equal(fromChars, IpParser.TryParseAddress(Encoding.UTF8.GetBytes(text), out var same));
        Assert.Equal(key, same);
        return fromChars ? key : null;
    }

    private static IpPrefix? Prefix(string text)
    {
        var fromChars = IpParser.TryParsePrefix(text, out var prefix);
        Assert.Equal(fromChars, IpParser.TryParsePrefix(Encoding.UTF8.GetBytes(text), out var same));
        Assert.Equal(prefix, same);
        return fromChars ? prefix : null;
    }
}

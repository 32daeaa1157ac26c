using System.Net;

namespace Bouncer.Tests;

/// <summary>Which IPv4 address is in an IPv6 address: attack F9.</summary>
public sealed class EmbeddedIPv4Tests
{
    private static readonly int[] s_lengths = [32, 40, 48, 56, 64, 96];

    /// <summary>RFC 6052's own table (2.4), then the other forms and their edges.</summary>
    [Theory]
    [InlineData("2001:db8::/32", "2001:db8:c000:221::", "192.0.2.33")]
    [InlineData("2001:db8:100::/40", "2001:db8:1c0:2:21::", "192.0.2.33")]
    [InlineData("2001:db8:122::/48", "2001:db8:122:c000:2:2100::", "192.0.2.33")]
    [InlineData("2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::", "192.0.2.33")]
    [InlineData("2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::", "192.0.2.33")]
    [InlineData("2001:db8:122:344::/96", "2001:db8:122:344::192.0.2.33", "192.0.2.33")]
    [InlineData("nat64", "64:ff9b::192.0.2.33", "192.0.2.33")]
    [InlineData("NAT64", "64:ff9b::255.0.2.33", "64:ff9b::255.0.2.33")]
    [InlineData("nat64", "64:ff9b::223.255.255.255", "223.255.255.255")]
    [InlineData("nat64", "64:ff9b::1.0.0.0", "1.0.0.0")]
    [InlineData("nat64", "64:ff9b::1:192.0.2.33", "64:ff9b::1:c000:221")]
    [InlineData("nat64", "64:ff9a:ffff:ffff:ffff:ffff:c000:221", "64:ff9a:ffff:ffff:ffff:ffff:c000:221")]
    [InlineData("nat64", "64:ff9b:1::192.0.2.33", "64:ff9b:1::c000:221")]
    [InlineData("64:ff9b:1::/48", "64:ff9b:1:c000:2:2100::", "192.0.2.33")]
    [InlineData("64:ff9b:1::/96", "64:ff9b:1::192.0.2.33", "192.0.2.33")]
    [InlineData("2001:db8::/32,2001:db8:c064::/96", "2001:db8:c064::192.0.2.33", "192.0.2.33")]
    [InlineData("2001:db8:c064::/96,2001:db8::/32", "2001:db8:c064::192.0.2.33", "192.0.2.33")]
    [InlineData("64:ff9b:1:ffff::/64", "64:ff9b:1:ffff:c0:2:2100::", "192.0.2.33")]
    [InlineData("64:ff9b:1:ffff::/64", "64:ff9b:1:fffe:c0:2:2100::", "64:ff9b:1:fffe:c0:2:2100:0")]
    [InlineData("64:ff9b:1:ffff::/64", "64:ff9b:1:ffff:1c0:2:2100::", "64:ff9b:1:ffff:1c0:2:2100:0")]
    [InlineData("64:ff9b:1:ffff::/64", "64:ff9b:1:ffff:c0:2:21ff:ffff", "192.0.2.33")]
    [InlineData("6to4", "2002:c000:221::1", "192.0.2.33")]
    [InlineData("6to4", "2002:c000:221:ffff:ffff:ffff:ffff:ffff", "192.0.2.33")]
    [InlineData("6to4", "2003:c000:221::1", "2003:c000:221::1")]
    [InlineData("compatible", "::192.0.2.33", "192.0.2.33")]
    [InlineData("compatible", "::1", "::1")]
    [InlineData("compatible", "::", "::")]
    [InlineData("compatible", "::1:c000:221", "::1:c000:221")]
    [InlineData("translated", "::ffff:0:192.0.2.33", "192.0.2.33")]
    [InlineData("translated", "::fffe:0:192.0.2.33", "::fffe:0:c000:221")]
    [InlineData("nat64,6to4,compatible,translated", "::ffff:192.0.2.33", "::ffff:192.0.2.33")]
    [InlineData("nat64,6to4,compatible,translated", "192.0.2.33", "192.0.2.33")]
    [InlineData("nat64,6to4,compatible,translated", "2001:0:c000:221::", "2001:0:c000:221::")]
    [InlineData("nat64,6to4,compatible,translated", "2001:db8::5efe:192.0.2.33", "2001:db8::5efe:c000:221")]
    [InlineData("", "64:ff9b::192.0.2.33", "64:ff9b::192.0.2.33")]
    public void Unwrap_F9_EveryForm_IsTheAddressInIt(string forms, string address, string inner) =>
        Assert.Equal(IPAddress.Parse(inner), Of(forms.Split(',', StringSplitOptions.RemoveEmptyEntries)).Unwrap(IPAddress.Parse(address)));

    /// <summary>An address that is no other machine's stays what it is: nothing becomes local by a translator.</summary>
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.255.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("169.254.169.254")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    public void Unwrap_F9_AddressThatIsNoOtherHost_IsNotTakenOut(string inner)
    {
        var embedded = Of("nat64", "6to4", "compatible", "translated");
        foreach (var address in new[] { $"64:ff9b::{inner}", $"::ffff:0:{inner}", SixToFour(inner), $"::{inner}" })
        {
            Assert.Equal(IPAddress.Parse(address), embedded.Unwrap(IPAddress.Parse(address)));
        }
    }

    [Fact]
    public void Unwrap_F9_AnyAddressByAnyPrefix_IsAsBitsSay()
    {
        var random = new Random(4711);
        for (var round = 0; round < 50_000; round++)
        {
            var (prefix, tail, length) = (new byte[16], new byte[16], s_lengths[random.Next(s_lengths.Length)]);
            random.NextBytes(prefix);
            random.NextBytes(tail);
            var network = Network(prefix, length);
            var address = Address(prefix, tail, length, isClear: random.Next(4) > 0, isInside: random.Next(4) > 0);
            var expected = Reference(network.GetAddressBytes(), address.GetAddressBytes(), length) ?? address;
            Assert.True(Of($"{network}/{length}").Unwrap(address)!.Equals(expected), $"{network}/{length}, {address}: not {expected}");
        }
    }

    [Fact]
    public void Unwrap_NoAddress_IsNone() => Assert.Null(Of("nat64").Unwrap(null));

    private static EmbeddedIPv4 Of(params string[] forms) => new(forms);

    private static string SixToFour(string inner)
    {
        var bytes = IPAddress.Parse(inner).GetAddressBytes();
        return $"2002:{bytes[0]:x2}{bytes[1]:x2}:{bytes[2]:x2}{bytes[3]:x2}::1";
    }

    private static IPAddress Network(byte[] prefix, int length)
    {
        var bytes = new byte[16];
        prefix.AsSpan(0, length / 8).CopyTo(bytes);
        bytes[8] = 0;
        bytes[0] |= 0x20;
        return new IPAddress(bytes);
    }

    private static IPAddress Address(byte[] prefix, byte[] tail, int length, bool isClear, bool isInside)
    {
        var bytes = tail.ToArray();
        Network(prefix, length).GetAddressBytes().AsSpan(0, length / 8).CopyTo(bytes);
        bytes[8] = isClear ? (byte)0 : bytes[8];
        bytes[(length / 8) - 1] ^= isInside ? (byte)0 : (byte)1;
        return new IPAddress(bytes);
    }

    /// <summary>The bytes behind the prefix, the ninth byte of the address left out.</summary>
    private static IPAddress? Reference(byte[] network, byte[] address, int length)
    {
        var inner = Enumerable.Range(0, 16).Where(at => at >= length / 8 && at != 8).Take(4).Select(at => address[at]).ToArray();
        var isHost = inner[0] is not 0 and not 127 and < 224 && (inner[0], inner[1]) != (169, 254);
        return isHost && address[8] == 0 && address.AsSpan(0, length / 8).SequenceEqual(network.AsSpan(0, length / 8)) ? new IPAddress(inner) : null;
    }
}

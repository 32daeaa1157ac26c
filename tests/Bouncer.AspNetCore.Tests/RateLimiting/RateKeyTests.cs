using System.Net;
using Bouncer.AspNetCore.RateLimiting;

namespace Bouncer.AspNetCore.Tests.RateLimiting;

public sealed class RateKeyTests
{
    /// <summary>The vectors of SipHash's authors: key 00 to 0f, message 00 to length - 1.</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void Of_VectorsOfSipHash_AreMet(int length, ulong expected)
    {
        byte[] message = [.. Enumerable.Range(0, length).Select(at => (byte)at)];
        Assert.Equal(expected, RateKey.Of(message, 0x0706050403020100, 0x0f0e0d0c0b0a0908));
    }

    [Fact]
    public void Of_OtherClientOrPurpose_IsAnother()
    {
        var (first, second) = (RateKey.Purpose("one"), RateKey.Purpose("other"));
        ClientKey[] clients = [default, Client("192.0.2.1"), Client("192.0.2.2"), Client("2001:db8::1"), Client("2001:db8:0:1::1")];
        Assert.Equal(10, clients.SelectMany(client => new[] { RateKey.Of(first, client), RateKey.Of(second, client) }).Distinct().Count());
        Assert.Equal(RateKey.Of(first, Client("2001:db8::1")), RateKey.Of(first, Client("2001:db8::2")));
    }

    private static ClientKey Client(string address) => ClientKey.Of(IPAddress.Parse(address));
}

using System.Net;
using Bouncer.Net;

namespace Bouncer.Tests;

public sealed class NetworkSlotsTests
{
    private readonly NetworkSlots _slots = new(64);

    [Theory]
    [InlineData("2001:db8:0:1::{0:x}", 22)]
    [InlineData("192.0.2.{0}", 22)]
    [InlineData("2001:db8:0:{0:x}::1", 32)]
    [InlineData("198.51.{0}.1", 32)]
    public void TryTake_AFloodOfOneNetwork_GetsAShareAndLeavesTheRest(string addresses, int share)
    {
        Assert.Equal(share, Flood(addresses));
        Assert.Equal(0, Flood(addresses));

        Assert.True(_slots.TryTake(IPAddress.Parse("203.0.113.7")));
        Assert.True(_slots.TryTake(IPAddress.Parse("2001:db8:ffff::7")));
    }

    [Fact]
    public void TryTake_FloodsOfSeveralNetworks_LeaveRoomForANewcomer()
    {
        for (var network = 0; network < 8; network++)
        {
            Flood($"2001:db8:{network + 1:x}:0::{{0:x}}");
        }

        Assert.True(_slots.TryTake(IPAddress.Parse("203.0.113.7")));
    }

    [Fact]
    public void TryTake_TheLastOne_IsForANetworkThatHasNone()
    {
        var slots = new NetworkSlots(1);

        Assert.True(slots.TryTake(IPAddress.Parse("203.0.113.7")));
        Assert.False(slots.TryTake(IPAddress.Parse("198.51.100.7")));
        slots.Return(IPAddress.Parse("203.0.113.7"));
        Assert.True(slots.TryTake(IPAddress.Parse("198.51.100.7")));
    }

    [Fact]
    public void Return_OfAll_LeavesNothingBehind()
    {
        for (var round = 0; round < 10; round++)
        {
            Assert.Equal(22, Flood("2001:db8::{0:x}"));
            for (var i = 0; i < 22; i++)
            {
                _slots.Return(IPAddress.Parse($"2001:db8::{i:x}"));
            }
        }

        Assert.True(_slots.TryTake(IPAddress.Parse("2001:db8::1")));
    }

    private int Flood(string addresses) => Enumerable.Range(0, 200).Count(i => _slots.TryTake(IPAddress.Parse(string.Format(null, addresses, i))));
}

using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Packets;

/// <summary>When bans end, by the kernel's clock.</summary>
public sealed class LifetimeTests
{
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(1.5);

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("10.1.2.0/24", "10.1.2.3")]
    [InlineData("fd00:1::/64", "fd00:1::5")]
    public async Task Ban_WhoseTimeIsOver_EndsWithoutUs(string network, string source)
    {
        await using var bench = await PacketBench.StartAsync();
        await bench.BanAsync(network, s_short);
        await bench.BanAsync("10.9.9.9");
        await bench.StopAsync();
        Assert.Equal([source, "10.9.9.9"], bench.Stopped(source, "10.9.9.9"));
        await Eventually.TrueAsync(() => bench.Lets(source));
        Assert.False(bench.Lets("10.9.9.9"));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("10.1.0.0/16", "10.1.2.3")]
    [InlineData("fd00:1::/64", "fd00:1::5")]
    public async Task Ban_ThatIsExtended_HoldsBeyondItsFirstEnd(string network, string source)
    {
        await using var bench = await PacketBench.StartAsync();
        var first = await bench.BanAsync(network, s_short);
        await bench.BanAsync("10.9.9.9", s_short);
        await bench.ChangeAsync([PacketBench.Decide(network)], [first]);

        // Banned later, and for no longer than the first was: when it is let through, the first would be as well.
        await Eventually.TrueAsync(() => bench.Lets("10.9.9.9"));
        Assert.False(bench.Lets(source));
    }

    [Fact]
    public async Task Ban_WhoseLongerDecisionIsTakenBack_EndsWithTheShorter()
    {
        await using var bench = await PacketBench.StartAsync();
        var longer = await bench.BanAsync("10.1.2.0/24");
        await bench.BanAsync("10.1.2.0/24", s_short);
        await bench.PardonAsync(longer);
        Assert.False(bench.Lets("10.1.2.3"));
        await Eventually.TrueAsync(() => bench.Lets("10.1.2.3"));
    }

    [Fact]
    public async Task Ban_AfterItEnded_CanComeBackAndBeTakenBack()
    {
        await using var bench = await PacketBench.StartAsync();
        var first = await bench.BanAsync("10.1.2.3", s_short);
        await Eventually.TrueAsync(() => bench.Lets("10.1.2.3"));
        var second = PacketBench.Decide("10.1.2.3");
        await bench.ChangeAsync([second], [first]);
        Assert.False(bench.Lets("10.1.2.3"));
        await bench.PardonAsync(second);
        Assert.True(bench.Lets("10.1.2.3"));
    }

    [Fact]
    public async Task Bans_ThatEndedUnseen_AreTakenBackWithoutHarmToOthers()
    {
        await using var bench = await PacketBench.StartAsync();
        var ended = await bench.BanAsync("10.1.2.3", s_short);
        var other = await bench.BanAsync("10.1.2.4");
        await Eventually.TrueAsync(() => bench.Lets("10.1.2.3"));
        await bench.ChangeAsync([PacketBench.Decide("10.1.2.5")], [ended, other]);
        Assert.Equal(["10.1.2.5"], bench.Stopped("10.1.2.3", "10.1.2.4", "10.1.2.5"));
    }
}

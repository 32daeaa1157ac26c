namespace Bouncer.Firewall.Tests.Packets;

/// <summary>Somebody else's hand in the table, and starts on what an earlier process left.</summary>
public sealed class MendingTests
{
    private static readonly string[] s_banned = ["10.1.2.3", "10.2.0.1", "fd00::1", "fd00:5::1"];
    private static readonly string[] s_others = ["10.1.2.4", "10.3.0.1", "fd00::2", "fd00:6::1"];

    public static TheoryData<string> Damages => [.. Damage.Opening, .. Damage.Closing, .. Damage.Silent];

    public static TheoryData<string> OpeningDamages => [.. Damage.Opening];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damage_OfAnyKind_IsRepairedByAFullComparison(string kind)
    {
        await using var bench = await StartAsync();
        Damage.Do(bench.Path.Firewall, kind);
        Assert.False((await bench.Engine.PlanAsync(TestContext.Current.CancellationToken)).IsEmpty);
        await bench.Engine.ApplyAsync(TestContext.Current.CancellationToken);
        AssertHolds(bench);
        Assert.True((await bench.Engine.PlanAsync(TestContext.Current.CancellationToken)).IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damage_OfAnyKind_IsRepairedByANewStart(string kind)
    {
        await using var bench = await StartAsync();
        await bench.StopAsync();
        Damage.Do(bench.Path.Firewall, kind);
        await bench.StartAgainAsync();
        AssertHolds(bench);
    }

    /// <summary>It comes often and looks at the rules and at some elements; a look at all of it comes each hour.</summary>
    [Theory]
    [MemberData(nameof(OpeningDamages))]
    public async Task Damage_ThatLetsTheBannedIn_IsNoticedByTheCheapLook(string kind)
    {
        await using var bench = await StartAsync();
        Assert.True(await bench.Engine.IsIntactAsync(TestContext.Current.CancellationToken));
        Damage.Do(bench.Path.Firewall, kind);
        Assert.NotEmpty(s_banned.Except(bench.Stopped(s_banned)));
        Assert.False(await bench.Engine.IsIntactAsync(TestContext.Current.CancellationToken));
        await bench.Engine.UpdateAsync(isThorough: false, TestContext.Current.CancellationToken);
        AssertHolds(bench);
    }

    [Fact]
    public async Task Change_AfterTheTableIsGone_ComesIntoForceWithTheRest()
    {
        await using var bench = await StartAsync();
        Damage.Do(bench.Path.Firewall, "delete table");
        await Assert.ThrowsAsync<FirewallException>(() => bench.BanAsync("10.4.0.1"));
        await bench.Engine.UpdateAsync(isThorough: false, TestContext.Current.CancellationToken);
        AssertHolds(bench);
        Assert.False(bench.Lets("10.4.0.1"));
    }

    [Fact]
    public async Task Remove_TakesAwayOurTableAndNoOther()
    {
        await using var bench = await StartAsync();
        bench.Path.Firewall.Nft("table inet somebody_else { set hosts { type ipv4_addr; elements = { 10.3.0.1 }; }; }");
        await bench.Engine.RemoveAsync(TestContext.Current.CancellationToken);
        Assert.Equal("table inet somebody_else", bench.Path.Firewall.Nft("list tables").Trim());
        Assert.Empty(bench.Stopped(s_banned));
        await bench.Engine.RemoveAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<PacketBench> StartAsync()
    {
        var bench = await PacketBench.StartAsync();
        await bench.ChangeAsync([PacketBench.Decide("10.1.2.3"), PacketBench.Decide("10.2.0.0/16"), PacketBench.Decide("fd00::1"), PacketBench.Decide("fd00:5::/32")], []);
        AssertHolds(bench);
        return bench;
    }

    private static void AssertHolds(PacketBench bench) => Assert.Equal(s_banned, bench.Stopped([.. s_banned, .. s_others]));
}

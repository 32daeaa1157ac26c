using System.Text.RegularExpressions;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>What somebody else does to our table is noticed, and mended.</summary>
public sealed class NftMendingTests : IDisposable
{
    private readonly NftTable _table = new();

    [Theory]
    [InlineData("flush ruleset")]
    [InlineData("delete table inet T")]
    [InlineData("flush chain inet T input")]
    [InlineData("flush chain inet T source_blocked")]
    [InlineData("flush chain inet T forward\ndelete chain inet T forward")]
    [InlineData("flush map inet T ipv4_32")]
    [InlineData("flush map inet T ipv6_64")]
    [InlineData("insert rule inet T input accept")]
    [InlineData("add rule inet T refuse accept")]
    [InlineData("add chain inet T mine { type filter hook input priority -20; policy drop; }")]
    [InlineData("add chain inet T input { policy drop; }")]
    [InlineData("add set inet T mine { type ipv4_addr; }")]
    [InlineData("add map inet T ipv4_31 { type ipv4_addr : counter; flags interval; }")]
    [InlineData("add set inet T ipv4_30 { type ipv4_addr; flags timeout; }")]
    [InlineData("add chain inet T mine\nadd map inet T theirs { type ipv4_addr : verdict; }\nadd element inet T theirs { 192.0.2.1 : jump mine }\nadd rule inet T refuse ip saddr vmap @theirs\nadd rule inet T mine drop")]
    [InlineData("add map inet T mine { type ipv4_addr : verdict; }")]
    [InlineData("add counter inet T mine")]
    [InlineData("add chain inet T my-chain.a/b")]
    [InlineData("add quota inet T mine over 10 mbytes")]
    [InlineData("add table inet T { flags dormant; }")]
    [InlineData("flush chain inet T source_blocked\nflush chain inet T input\nflush chain inet T forward\ndelete map inet T ipv4_32\nadd set inet T ipv4_32 { type ipv4_addr; flags timeout; size 2; }")]
    [InlineData("flush chain inet T source_blocked\nflush chain inet T input\nflush chain inet T forward\ndelete map inet T ipv4_32\nadd set inet T ipv4_32 { type ipv4_addr; flags interval; auto-merge; }")]
    [InlineData("flush chain inet T source_blocked\nflush chain inet T input\nflush chain inet T forward\ndelete map inet T ipv4_32\nadd set inet T ipv4_32 { type ipv6_addr; flags timeout; }")]
    public async Task Damage_OfAnyKind_IsNoticedAndRepaired(string damage)
    {
        for (var i = 0; i < 50; i++)
        {
            _table.Block($"192.0.2.{i}");
            _table.Block($"2001:db8:0:{i:x}::/64", origin: "CAPI");
        }

        await _table.ApplyAsync();
        var before = Without(_table.List());
        Assert.True(await _table.IsIntactAsync());

        _table.Net.Nft(Regex.Replace(damage, @"\bT\b", NftTable.Name));
        _table.Net.Nft("add table inet other");
        Assert.False(await _table.IsIntactAsync());
        await _table.ApplyAsync();
        Assert.Equal(before, Without(_table.List()));
        Assert.True(await _table.IsIntactAsync());
        Assert.True((await _table.PlanAsync()).IsEmpty);
        Assert.Contains("table inet other", _table.Net.Nft("list tables"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("accept", false)]
    [InlineData("drop", true)]
    [InlineData("ip saddr 198.51.100.1 drop", true)]
    public async Task Rule_ReplacedUnderItsMark_IsWrittenAgainByTheNextProcess(string replacement, bool looksRight)
    {
        _table.Block("192.0.2.1");
        await _table.ApplyAsync();
        var rule = Regex.Match(_table.Net.Nft($"list chain inet {NftTable.Name} refuse", "-a"), @"drop comment ""(\w+)"" # handle (\d+)").Groups;
        _table.Net.Nft($"replace rule inet {NftTable.Name} refuse handle {rule[2]} {replacement} comment \"{rule[1]}\"");
        _table.Restart();

        // A look alone sees what rules do; a process that may write believes none that it did not write.
        Assert.Equal(looksRight, (await _table.PlanAsync()).IsEmpty);
        _table.Restart();
        Assert.True((await _table.PlanAsync(mayRewrite: true)).RewritesRules);
        await _table.ApplyAsync(mayRewrite: true);
        Assert.Matches(@"refuse \{\s+drop comment", _table.List());
        Assert.True((await _table.PlanAsync(mayRewrite: true)).IsEmpty);
    }

    [Fact]
    public async Task Rule_ReplacedUnderItsMarkWhileWeListen_IsWrittenAgain()
    {
        _table.Block("192.0.2.1");
        await _table.ApplyAsync(mayRewrite: true);
        var rule = Regex.Match(_table.Net.Nft($"list chain inet {NftTable.Name} refuse", "-a"), @"drop comment ""(\w+)"" # handle (\d+)").Groups;
        _table.Net.Nft($"replace rule inet {NftTable.Name} refuse handle {rule[2]} ip saddr 198.51.100.1 drop comment \"{rule[1]}\"");
        await Eventually.TrueAsync(() => _table.Backend.IsSuspect);
        await _table.ApplyAsync(mayRewrite: true);
        Assert.Matches(@"refuse \{\s+drop comment", _table.List());
    }

    [Fact]
    public async Task Element_WithACounterOfAnotherProgram_IsReplacedInANewList()
    {
        _table.Block("192.0.2.1");
        _table.Block("192.0.2.2");
        await _table.ApplyAsync(mayRewrite: true);
        _table.Net.Nft($"""
            add counter inet {NftTable.Name} mine
            delete element inet {NftTable.Name} ipv4_32 {"{ 192.0.2.1 }"}
            add element inet {NftTable.Name} ipv4_32 {"{ 192.0.2.1 timeout 1h : \"mine\" }"}
            """);
        var plan = await _table.PlanAsync(mayRewrite: true);
        Assert.DoesNotContain(plan.Describe(), line => line.StartsWith("delete table", StringComparison.Ordinal));
        Assert.Equal(0, await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
        Assert.Equal(["origin_cscli", "origin_cscli"], _table.Counters("ipv4_32_g1").Values);
        Assert.DoesNotContain("mine", _table.List(), StringComparison.Ordinal);
        Assert.True(await _table.IsIntactAsync());
    }

    [Theory]
    [InlineData("ipv4_32", "198.51.100.1 timeout 1h : \"origin_cscli\"")]
    [InlineData("ipv4_32", "198.51.100.1 comment \"a, } { 10.0.0.1\" : \"origin_capi_v6\"")]
    [InlineData("ipv4_24", "198.51.100.1 : \"origin_cscli\"")]
    [InlineData("ipv6_64", "::ffff:198.51.100.1 : \"origin_capi_v6\"")]
    [InlineData("ipv6_64", "::198.51.100.1 timeout 3d : \"origin_capi_v6\"")]
    public async Task Elements_AddedByHand_AreTakenAway(string set, string element)
    {
        _table.Block("192.0.2.1");
        _table.Block("192.0.2.0/24");
        _table.Block("2001:db8::/64", origin: "CAPI");
        await _table.ApplyAsync();
        var before = _table.Elements(set).Keys;
        _table.Net.Nft($"add element inet {NftTable.Name} {set} {{ {element} }}");
        var plan = await _table.ApplyAsync();
        Assert.Equal((0, 0, 1, false), (plan.Added, plan.Renewed, plan.Removed, plan.RewritesRules));
        Assert.Equal(before, _table.Elements(set).Keys);
    }

    [Fact]
    public async Task Elements_MadePermanentOrTakenAwayByHand_GetTheirEndBack()
    {
        _table.Block("192.0.2.1");
        _table.Block("192.0.2.2");
        _table.Block("192.0.2.3");
        await _table.ApplyAsync();
        _table.Net.Nft($"""
            delete element inet {NftTable.Name} ipv4_32 {"{ 192.0.2.1, 192.0.2.2 }"}
            add element inet {NftTable.Name} ipv4_32 {"{ 192.0.2.1 : \"origin_cscli\" }"}
            """);
        var plan = await _table.ApplyAsync();
        Assert.Equal((1, 1, 0, false), (plan.Added, plan.Renewed, plan.Removed, plan.RewritesRules));
        Assert.All(_table.Elements("ipv4_32").Values, left => Assert.InRange(left, 3500, 3600));
    }

    [Fact]
    public async Task Networks_OfAnotherOrigin_CountForThat()
    {
        _table.Block("192.0.2.1", origin: "CAPI");
        _table.Block("192.0.2.2", origin: "CAPI");
        await _table.ApplyAsync();
        _table.Restart();
        _table.Block("192.0.2.1");
        _table.Blocks.Remove(NftTable.Parse("192.0.2.2"));
        var plan = await _table.ApplyAsync();
        Assert.Equal((0, 1, 1), (plan.Added, plan.Renewed, plan.Removed));
        Assert.Equal([("192.0.2.1", "origin_cscli")], _table.Counters("ipv4_32").Select(element => (element.Key, element.Value)));
        Assert.True((await _table.PlanAsync()).IsEmpty);
    }

    /// <summary>The rest of the table is the same in both versions.</summary>
    [Fact]
    public async Task Rules_OfAVersionThatDidNotCountAllPackets_AreWrittenAgainAroundTheElements()
    {
        _table.Block("192.0.2.1");
        await _table.ApplyAsync(mayRewrite: true);
        var counting = Regex.Matches(_table.Net.Nft($"list table inet {NftTable.Name}", "-a"), @"chain (\w+) \{|counter name ""processed\w*"".* # handle (\d+)");
        var chain = "";
        foreach (Match line in counting)
        {
            chain = line.Groups[1].Success ? line.Groups[1].Value : chain;
            if (line.Groups[2].Success)
            {
                _table.Net.Nft($"delete rule inet {NftTable.Name} {chain} handle {line.Groups[2]}");
            }
        }

        _table.Net.Nft($"delete counter inet {NftTable.Name} processed\ndelete counter inet {NftTable.Name} processed_v6");
        _table.Restart();
        var plan = await _table.ApplyAsync(mayRewrite: true);
        Assert.Equal((0, 0, 0, true), (plan.Added, plan.Renewed, plan.Removed, plan.RewritesRules));
        Assert.Equal(4, Regex.Count(_table.List(), @"counter name ""processed"));
        Assert.Equal([true, false], _table.Backend.Processed.Keys.OrderDescending());
        Assert.True((await _table.PlanAsync(mayRewrite: true)).IsEmpty);
    }

    [Fact]
    public async Task Changes_WhenTheTableIsGone_FailAndTheNextComparisonRepairs()
    {
        var blocked = _table.Block("192.0.2.1");
        await _table.ApplyAsync();
        _table.Net.Nft("flush ruleset");
        _table.Block("192.0.2.1", 7200);
        var plan = _table.Backend.PlanChanges(_table.Blocks, [blocked]);
        var failure = await Assert.ThrowsAsync<FirewallException>(() => _table.Backend.ExecuteAsync(plan, CancellationToken.None));
        Assert.Equal(FirewallErrorKind.Changed, failure.Kind);
        Assert.DoesNotContain("192.0.2", failure.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _table.Backend.PlanChanges(_table.Blocks, [blocked]));
        await _table.ApplyAsync();
        Assert.InRange(_table.Elements("ipv4_32")["192.0.2.1"], 7190, 7200);
    }

    public void Dispose() => _table.Dispose();

    /// <summary>What is listed, without times and in an order of its own: nft lists what is older first.</summary>
    private static string Without(string list) => string.Join('\n', list.TrimEnd(' ', '\n', '}').Split("\n\n")
        .Select(thing => Regex.Replace(thing, @" (timeout|expires) \w+|\s+", " ").Trim()).Order(StringComparer.Ordinal));
}

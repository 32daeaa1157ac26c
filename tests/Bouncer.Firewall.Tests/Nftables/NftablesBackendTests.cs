using Bouncer.Firewall.Nftables;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Nftables;

public sealed class NftablesBackendTests : IDisposable
{
    private readonly NftTable _table = new();

    [Fact]
    public async Task Apply_ToNothing_WritesRulesAndElements()
    {
        _table.Blocks.Allow([NftTable.Parse("10.0.0.0/8"), NftTable.Parse("fe80::/10")]);
        _table.Block("192.0.2.7", 3600, "CAPI");
        _table.Block("198.51.100.0/24", 7200);
        _table.Block("2001:db8:1::/64", 60, "lists:foo");
        var plan = await _table.ApplyAsync();

        Assert.Equal((3, 0, 0, true), (plan.Added, plan.Renewed, plan.Removed, plan.RewritesRules));
        Assert.InRange(_table.Elements("ipv4_32")["192.0.2.7"], 3590, 3600);
        Assert.InRange(_table.Elements("ipv4_24")["198.51.100.0"], 7190, 7200);
        Assert.InRange(_table.Elements("ipv6_64")["2001:db8:1::"], 50, 60);
        var list = _table.List();
        Assert.Contains("type filter hook input priority filter - 10; policy accept;", list, StringComparison.Ordinal);
        Assert.Contains("type filter hook forward priority filter - 10; policy accept;", list, StringComparison.Ordinal);
        Assert.DoesNotContain("hook output", list, StringComparison.Ordinal);
        Assert.Contains("ip saddr 10.0.0.0/8 return", list, StringComparison.Ordinal);
        Assert.Equal("origin_capi", _table.Counters("ipv4_32")["192.0.2.7"]);
        Assert.Equal("origin_cscli", _table.Counters("ipv4_24")["198.51.100.0"]);
        Assert.InRange(_table.Elements("ipv4_gate")["198.51.0.0"], 7200, 7300);
        Assert.Contains("ip saddr & 255.255.0.0 == @ipv4_gate jump source_ranges", list, StringComparison.Ordinal);
        Assert.Contains("ip saddr & 255.255.255.0 == @ipv4_24 jump source_blocked", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_Twice_ChangesNothing()
    {
        foreach (var network in Enumerable.Range(0, 300).Select(i => $"203.0.{i / 256}.{i % 256}"))
        {
            _table.Block(network, 86_400);
        }

        _table.Block("198.51.0.0/16", 3, "CAPI");
        await _table.ApplyAsync();
        var plan = await _table.PlanAsync();
        Assert.True(plan.IsEmpty, string.Join('\n', plan.Describe()));
        Assert.True(await _table.IsIntactAsync());
    }

    [Fact]
    public async Task Apply_AfterARestart_AdoptsWhatIsThere()
    {
        _table.Block("192.0.2.7");
        var gone = _table.Block("192.0.2.8");
        _table.Block("2001:db8::/32", origin: "CAPI");
        await _table.ApplyAsync();

        _table.Restart();
        _table.Blocks.Remove(gone);
        _table.Block("192.0.2.9");
        _table.Block("192.0.2.7", 7200);
        var plan = await _table.ApplyAsync();
        Assert.Equal((1, 1, 1), (plan.Added, plan.Renewed, plan.Removed));
        Assert.Equal(["192.0.2.7", "192.0.2.9"], _table.Elements("ipv4_32").Keys.Order());
        Assert.InRange(_table.Elements("ipv4_32")["192.0.2.7"], 7190, 7200);
        Assert.True((await _table.PlanAsync()).IsEmpty);
    }

    [Fact]
    public async Task Apply_AfterARestartWithOtherSettings_RewritesTheRulesOnly()
    {
        _table.Block("192.0.2.7");
        await _table.ApplyAsync();

        _table.Options.Outbound = true;
        (_table.Options.Nftables.Priority, _table.Options.Nftables.Verdict, _table.Options.Nftables.Hooks) = (5, PacketVerdict.Reject, ["forward"]);
        _table.Restart();
        var plan = await _table.ApplyAsync();
        Assert.Equal((0, 0, 0, true), (plan.Added, plan.Renewed, plan.Removed, plan.RewritesRules));
        var list = _table.List();
        Assert.DoesNotContain("hook input", list, StringComparison.Ordinal);
        Assert.Contains("hook forward priority filter + 5", list, StringComparison.Ordinal);
        Assert.Contains("hook output priority filter + 5", list, StringComparison.Ordinal);
        Assert.Contains("ip daddr @ipv4_32 jump destination_blocked", list, StringComparison.Ordinal);
        Assert.Contains("reject with icmpx admin-prohibited", list, StringComparison.Ordinal);
        Assert.True((await _table.PlanAsync()).IsEmpty);
    }

    [Fact]
    public async Task Apply_OtherAllowedNetworks_RewritesTheRules()
    {
        var blocked = _table.Block("192.0.2.7");
        _table.Block("192.0.2.8");
        await _table.ApplyAsync();
        _table.Blocks.Allow([NftTable.Parse("192.0.2.7")]);
        Assert.True((await _table.ApplyAsync([blocked])).RewritesRules);
        Assert.Contains("ip saddr 192.0.2.7 return", _table.List(), StringComparison.Ordinal);
        Assert.Equal(["192.0.2.8"], _table.Elements("ipv4_32").Keys);
        Assert.True((await _table.PlanAsync()).IsEmpty);
    }

    [Fact]
    public async Task ApplyChanges_OfEveryKind_AreCarriedOut()
    {
        await _table.ApplyAsync();
        var extended = _table.Block("192.0.2.1", 100);
        var shortened = _table.Block("192.0.2.2", 5000);
        var removed = _table.Block("192.0.2.3", 100);
        var moved = _table.Block("192.0.2.4", 100);
        var same = _table.Block("192.0.2.5", 100);
        var plan = await _table.ApplyAsync(extended, shortened, removed, moved, same);
        Assert.Equal((5, 0, 0, true), (plan.Added, plan.Renewed, plan.Removed, plan.RewritesRules));

        _table.Block("192.0.2.1", 9000);
        _table.Block("192.0.2.2", 10);
        _table.Blocks.Remove(removed);
        _table.Block("192.0.2.4", 100, "CAPI");
        var added = _table.Block("2001:db8::7", 100);
        plan = await _table.ApplyAsync(extended, shortened, removed, moved, same, added);
        Assert.Equal((1, 3, 1, true), (plan.Added, plan.Renewed, plan.Removed, plan.RewritesRules));

        var elements = _table.Elements("ipv4_32");
        Assert.Equal(["192.0.2.1", "192.0.2.2", "192.0.2.4", "192.0.2.5"], elements.Keys.Order());
        Assert.InRange(elements["192.0.2.1"], 8990, 9000);
        Assert.InRange(elements["192.0.2.2"], 0.1, 10);
        Assert.Equal("origin_capi", _table.Counters("ipv4_32")["192.0.2.4"]);
        Assert.Equal(["2001:db8::7"], _table.Elements("ipv6_128").Keys);
        Assert.True((await _table.PlanAsync()).IsEmpty);
    }

    [Fact]
    public async Task ApplyChanges_OfWhatTheKernelEnded_WriteNothing()
    {
        var brief = _table.Block("192.0.2.1", 0.3);
        _table.Block("192.0.2.2");
        await _table.ApplyAsync();
        await Eventually.TrueAsync(() => Task.FromResult(!_table.Elements("ipv4_32").ContainsKey("192.0.2.1")));
        _table.Blocks.Remove(brief);
        Assert.True((await _table.ApplyAsync([brief])).IsEmpty);
        Assert.True(await _table.IsIntactAsync());
    }

    [Fact]
    public async Task ApplyChanges_RemovingWhatIsAlreadyGone_Succeeds()
    {
        var removed = _table.Block("192.0.2.1");
        var renewed = _table.Block("192.0.2.2");
        await _table.ApplyAsync();
        _table.Net.Nft($"flush map inet {NftTable.Name} ipv4_32");
        _table.Blocks.Remove(removed);
        _table.Block("192.0.2.2", 9000);
        await _table.ApplyAsync(removed, renewed);
        Assert.Equal(["192.0.2.2"], _table.Elements("ipv4_32").Keys);
    }

    [Theory]
    [InlineData(-5, 0, 0)]
    [InlineData(0.001, 0, 0.001)]
    [InlineData(315_000_000, 314_999_990, 315_000_000)]
    [InlineData(900_000_000, 315_359_990, 315_360_000)]
    public async Task B8_AnyEnd_IsWrittenAsItCanBe(double seconds, double least, double most)
    {
        _table.Block("192.0.2.1", seconds);
        _table.Block("192.0.2.2");
        await _table.ApplyAsync();
        var left = _table.Elements("ipv4_32").GetValueOrDefault("192.0.2.1");
        Assert.InRange(left, least, most);
        Assert.True((await _table.PlanAsync()) is { Added: 0, Renewed: 0 });
    }

    [Fact]
    public async Task B9_OriginsWithoutNumberAndSense_ShareAFewCounters()
    {
        foreach (var i in Enumerable.Range(0, 100))
        {
            _table.Block($"192.0.2.{i}", 3600, $"{i}:\r\n\"}};\u202e{new string('x', i)}İ");
        }

        await _table.ApplyAsync();
        var list = _table.List();
        Assert.Equal(OriginSlugs.Capacity + 1, list.Split("\tcounter origin_").Length - 1);
        Assert.Equal(100 - OriginSlugs.Capacity, _table.Counters("ipv4_32").Count(element => element.Value == "origin_other"));
        Assert.True((await _table.PlanAsync()).IsEmpty);
    }

    [Fact]
    public async Task Remove_TakesOurTableOnly()
    {
        _table.Net.Nft("add table inet mine\nadd chain inet mine c");
        await _table.Backend.RemoveAsync(CancellationToken.None);
        _table.Block("192.0.2.1");
        await _table.ApplyAsync();
        await _table.Restart().RemoveAsync(CancellationToken.None);
        Assert.Equal("table inet mine\n", _table.Net.Nft("list tables"));
        Assert.Equal(1, (await _table.ApplyAsync()).Added);
    }

    [Fact]
    public async Task Plan_BeforeItIsCarriedOut_ChangesNothing()
    {
        _table.Block("192.0.2.1");
        var plan = await _table.PlanAsync();
        Assert.Equal("", _table.Net.Nft("list ruleset"));
        Assert.Contains(plan.Describe(), line => line.StartsWith("add element inet bouncer_test ipv4_32 { 192.0.2.1 timeout 0d0h59m", StringComparison.Ordinal));
    }

    public void Dispose() => _table.Dispose();
}

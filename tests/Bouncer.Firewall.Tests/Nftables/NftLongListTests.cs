using System.Runtime.Versioning;
using Bouncer.Firewall.Networks;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>A list too long to be read is written in parts, beside the one that holds, and what changes meanwhile is in force at
/// once.</summary>
public sealed class NftLongListTests : IDisposable
{
    private const int TwoParts = 12_000;
    private const int ThreeParts = 21_000;

    private readonly NftTable _table = new();

    [Fact]
    public async Task List_WrittenInAdditionToTheCurrentOne_IncludesLaterChanges()
    {
        for (var i = 0; i < ThreeParts; i++)
        {
            _table.Block(Host(i), 4000 + i);
        }

        _table.Block("198.51.100.0/24");
        await StepAsync(isFirst: true);
        Assert.InRange(_table.Elements("ipv4_32").Count, 1, ThreeParts / 2);
        await FinishAsync();
        Assert.Equal(ThreeParts, _table.Elements("ipv4_32").Count);

        _table.Restart();
        await StepAsync(isFirst: true);
        Assert.Equal(ThreeParts, _table.Elements("ipv4_32").Count);
        Assert.True(_table.Backend.Pending > 0);

        // Both ends of the list: one that is written already, and one that is not.
        string[] gone = [Host(3), Host(ThreeParts - 3), "198.51.100.0/24"];
        foreach (var network in gone)
        {
            _table.Blocks.Remove(NftTable.Parse(network));
        }

        var added = _table.Block("203.0.113.7");
        var renewed = _table.Block(Host(ThreeParts - 4), 90_000, "CAPI");
        await StepAsync(isFirst: false, [added, renewed, .. gone.Select(NftTable.Parse)]);
        Assert.True(_table.Backend.Pending > 0);
        Assert.Contains("203.0.113.7", _table.Elements("ipv4_32_g1"));
        Assert.DoesNotContain(Host(3), _table.Elements("ipv4_32_g1"));
        Assert.DoesNotContain(Host(3), _table.Elements("ipv4_32"));
        Assert.DoesNotContain(Host(ThreeParts - 3), _table.Elements("ipv4_32"));
        Assert.Empty(_table.Elements("ipv4_24"));

        await FinishAsync();
        Assert.DoesNotContain("ipv4_32 ", _table.List(), StringComparison.Ordinal);
        var elements = _table.Elements("ipv4_32_g1");
        Assert.Equal(_table.Blocks.Blocks.Keys.Select(network => network.ToIPAddress().ToString()).Order(), elements.Keys.Order());
        Assert.InRange(elements[Host(ThreeParts - 4)], 89_000, 90_000);
        Assert.Equal("origin_capi", _table.Counters("ipv4_32_g1")[Host(ThreeParts - 4)]);
        Assert.True(await _table.IsIntactAsync());

        // The map of a length that is no longer blocked stays until all is compared.
        var plan = await _table.PlanAsync();
        Assert.Equal((0, 0, 0), (plan.Added, plan.Renewed, plan.Removed));
        Assert.Equal(["delete map inet bouncer_test ipv4_24_g1", "delete set inet bouncer_test ipv4_gate_g1"], plan.Describe().Where(line => line.Contains("_g1", StringComparison.Ordinal) && line.StartsWith("delete", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Restart_InTheMiddle_KeepsWhatEachListHas()
    {
        for (var i = 0; i < ThreeParts; i++)
        {
            _table.Block(Host(i));
        }

        // Two processes that end before their lists are whole, the second one later than the first.
        await StepAsync(isFirst: true);
        _table.Restart();
        await StepAsync(isFirst: true);
        await StepAsync(isFirst: false);
        var before = Held();
        Assert.InRange(before.Count, ThreeParts / 2, ThreeParts - 1);

        _table.Restart();
        await StepAsync(isFirst: true);
        Assert.Equal(["ipv4_32", "ipv4_32_g1", "ipv4_32_g2"], Lists());
        Assert.Superset(before, Held());
        await FinishAsync();
        Assert.Equal(ThreeParts, _table.Elements("ipv4_32_g2").Count);
        Assert.Equal(["ipv4_32_g2"], Lists());
    }

    [Fact]
    public async Task Restarts_WithoutEnd_LeaveFewLists()
    {
        for (var i = 0; i < TwoParts; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync(isFirst: true);
        await FinishAsync();
        for (var i = 0; i < 8; i++)
        {
            _table.Restart();
            await StepAsync(isFirst: true);
        }

        // The whole one, four that were begun, and the one that is written.
        Assert.Equal(6, Lists().Count());
        Assert.Equal(TwoParts, _table.Elements("ipv4_32").Count);
        await FinishAsync();
        Assert.Single(Lists());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Restarts_WithoutEnd_WhereListsCannotBeRead_LeaveFewLists()
    {
        for (var i = 0; i < TwoParts; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync(isFirst: true);
        await FinishAsync();
        using var killed = new FaultyNft(_table.Options.Nftables.Program!);
        _table.Options.Nftables.Program = killed.Path;
        for (var i = 0; i < 12; i++)
        {
            _table.Restart();
            await StepAsync(isFirst: true);
        }

        // The whole one, eight partial ones, and the one that is written.
        Assert.Equal(10, Lists().Count());
        Assert.Equal(TwoParts, _table.Elements("ipv4_32").Count);
        await FinishAsync();
        Assert.Single(Lists());
        Assert.Equal(TwoParts, Held().Count);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task NftKilled_InOneOfTwoConcurrentCalls_KeepsTheOthersResult()
    {
        for (var i = 0; i < ThreeParts; i++)
        {
            _table.Block(Host(i));
        }

        // The latest come first: the second part begins in the middle of the list.
        await StepAsync(isFirst: true);
        var (first, nft) = (ThreeParts - _table.Elements("ipv4_32").Count - 1, _table.Options.Nftables.Program!);
        using var killed = new FaultyNft(nft, $" {Host(first)} ", "kill -9 $$");
        _table.Options.Nftables.Program = killed.Path;
        _table.Restart();
        await StepAsync(isFirst: true);
        var failure = await Assert.ThrowsAsync<FirewallException>(() => StepAsync(isFirst: false));
        Assert.Equal(FirewallErrorKind.Failed, failure.Kind);
        Assert.Superset(Enumerable.Range(first - 9_999, 5_000).Select(Host).ToHashSet(), Held());
        Assert.Superset(Enumerable.Range(first - 4_999, 4_000).Select(Host).ToHashSet(), Held());

        _table.Options.Nftables.Program = nft;
        _table.Restart();
        await StepAsync(isFirst: true);
        await FinishAsync();
        Assert.Equal(ThreeParts, Held().Count);
        Assert.Single(Lists());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task ShortList_WhoseElementsCannotBeRead_IsWrittenAgain()
    {
        _table.Block("203.0.113.7");
        await _table.ApplyAsync();
        using var killed = new FaultyNft(_table.Options.Nftables.Program!);
        _table.Options.Nftables.Program = killed.Path;
        _table.Restart();
        _table.Block("203.0.113.8");
        await StepAsync(isFirst: true);
        Assert.Equal(["203.0.113.7", "203.0.113.8"], Held().Order());
        Assert.Single(Lists());
    }

    [Fact]
    public async Task ElementsChangedByAnother_WhileTheListIsWritten_DoNotBeginItAgain()
    {
        for (var i = 0; i < TwoParts; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync(isFirst: true);
        var pending = _table.Backend.Pending;
        _table.Net.Nft($"delete element inet {NftTable.Name} ipv4_32 {{ {_table.Elements("ipv4_32").Keys.First()} }}");
        await Eventually.TrueAsync(() => _table.Backend.IsSuspect);
        Assert.True(await _table.IsIntactAsync());
        await StepAsync(isFirst: false);
        Assert.InRange(_table.Backend.Pending, 0, pending - 1);
        await FinishAsync();

        // Then it is looked at.
        Assert.False(await _table.IsIntactAsync());
        await StepAsync(isFirst: true);
        await FinishAsync();
        Assert.Equal(TwoParts, Held().Count);
        Assert.True(await _table.IsIntactAsync());
    }

    [Fact]
    public async Task RulesChangedByAnother_WhileTheListIsWritten_AreRepairedAtOnce()
    {
        for (var i = 0; i < TwoParts; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync(isFirst: true);
        _table.Net.Nft($"insert rule inet {NftTable.Name} input accept");
        Assert.False(await _table.IsIntactAsync());
    }

    [Fact]
    public async Task List_BegunAgain_TakesWhatWasNotWrittenFirst_ThenWhatCameLast()
    {
        for (var i = 0; i < TwoParts; i++)
        {
            _table.Block(Host(i));
        }

        var unwritten = NftTable.Parse(Host(0));
        var plan = await _table.Backend.PlanAsync(_table.Blocks, [unwritten], mayRewrite: true, TestContext.Current.CancellationToken);
        await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken);
        var elements = _table.Elements("ipv4_32");
        Assert.Contains(Host(0), elements);
        Assert.Contains(Host(TwoParts - 1), elements);
        Assert.DoesNotContain(Host(1), elements);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task NftKilled_WhenOldListsGo_LosesNothing()
    {
        for (var i = 0; i < TwoParts; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync(isFirst: true);
        await FinishAsync();
        _table.Restart();
        await StepAsync(isFirst: true);

        // As the kernel does when memory runs out, each time that the old list is to go.
        var nft = _table.Options.Nftables.Program!;
        using var killed = new FaultyNft(nft, "delete map inet", "kill -9 $$");
        _table.Options.Nftables.Program = killed.Path;
        _table.Restart();
        await StepAsync(isFirst: true);
        await Assert.ThrowsAsync<FirewallException>(FinishAsync);
        for (var i = 0; i < 3; i++)
        {
            var failure = await Assert.ThrowsAsync<FirewallException>(() => StepAsync(isFirst: true));
            Assert.Equal(FirewallErrorKind.Failed, failure.Kind);
            Assert.Contains("exit code 137", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal(TwoParts, _table.Elements("ipv4_32").Count);
    }

    [Theory]
    [InlineData("add chain inet T my-chain")]
    [InlineData("add counter inet T mine\nadd element inet T ipv4_32 { 203.0.113.9 timeout 1h : \"mine\" }")]
    public async Task ForeignThings_GoWithoutAMomentInWhichAnythingIsOpen(string damage)
    {
        for (var i = 0; i < TwoParts; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync(isFirst: true);
        await FinishAsync();
        _table.Net.Nft(damage.Replace(" T ", $" {NftTable.Name} ", StringComparison.Ordinal));
        await StepAsync(isFirst: true);
        Assert.Superset(_table.Blocks.Blocks.Keys.Select(network => network.ToIPAddress().ToString()).ToHashSet(), Held());
        await FinishAsync();
        Assert.Equal(TwoParts, Held().Count);
        Assert.DoesNotContain("mine", _table.List(), StringComparison.Ordinal);
        Assert.DoesNotContain("my-chain", _table.List(), StringComparison.Ordinal);
        Assert.True(await _table.IsIntactAsync());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task RulesRefusedTwice_TableIsWrittenAgainInOneTransaction()
    {
        for (var i = 0; i < TwoParts; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync(isFirst: true);
        await FinishAsync();
        using var refusing = new FaultyNft(_table.Options.Nftables.Program!, "delete map inet", "{ echo 'Error: Could not process rule: Value too large' >&2; exit 1; }");
        _table.Options.Nftables.Program = refusing.Path;
        _table.Restart();
        await StepAsync(isFirst: true);
        await Assert.ThrowsAsync<FirewallException>(FinishAsync);
        await Assert.ThrowsAsync<FirewallException>(() => StepAsync(isFirst: true));

        var plan = await _table.PlanAsync(mayRewrite: true);
        Assert.Contains(plan.Describe(), line => line.StartsWith("delete table", StringComparison.Ordinal));
        Assert.Equal(TwoParts, plan.Added);
        Assert.Equal(0, await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
        Assert.Equal(0, _table.Backend.Pending);
        Assert.Equal(TwoParts, _table.Elements("ipv4_32").Count);
    }

    public void Dispose() => _table.Dispose();

    private IEnumerable<string> Lists() => _table.List().Split("\tmap ")[1..].Select(map => map.Split(' ')[0]);

    private HashSet<string> Held() => [.. Lists().SelectMany(list => _table.Elements(list).Keys)];

    private static string Host(int number) => $"10.{number / 65536}.{number / 256 % 256}.{number % 256}";

    private async Task StepAsync(bool isFirst, params Prefix[] changed)
    {
        var plan = isFirst
            ? await _table.Backend.PlanAsync(_table.Blocks, [], mayRewrite: true, TestContext.Current.CancellationToken)
            : _table.Backend.PlanChanges(_table.Blocks, changed);
        Assert.Equal(0, await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
    }

    private async Task FinishAsync()
    {
        while (_table.Backend.Pending > 0)
        {
            await StepAsync(isFirst: false);
        }
    }
}

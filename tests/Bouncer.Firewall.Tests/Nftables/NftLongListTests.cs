using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>A list too long to be read is written in parts, beside the one that holds, and what changes meanwhile is in force at
/// once.</summary>
public sealed class NftLongListTests : IDisposable
{
    private const int Long = 24_000;

    private readonly NftTable _table = new();

    [Fact]
    public async Task List_WrittenBesideTheOneThatHolds_TakesChangesOnTheWay()
    {
        for (var i = 0; i < Long; i++)
        {
            _table.Block(Host(i), 4000 + i);
        }

        _table.Block("198.51.100.0/24");
        await StepAsync(isFirst: true);
        Assert.InRange(_table.Elements("ipv4_32").Count, 1, Long / 2);
        await FinishAsync();
        Assert.Equal(Long, _table.Elements("ipv4_32").Count);

        _table.Restart();
        await StepAsync(isFirst: true);
        Assert.Equal(Long, _table.Elements("ipv4_32").Count);
        Assert.True(_table.Backend.Pending > 0);

        // Both ends of the list: one that is written already, and one that is not.
        string[] gone = [Host(3), Host(Long - 3), "198.51.100.0/24"];
        foreach (var network in gone)
        {
            _table.Blocks.Remove(NftTable.Parse(network));
        }

        var added = _table.Block("203.0.113.7");
        var renewed = _table.Block(Host(Long - 4), 90_000, "CAPI");
        await StepAsync(isFirst: false, [added, renewed, .. gone.Select(NftTable.Parse)]);
        Assert.True(_table.Backend.Pending > 0);
        Assert.Contains("203.0.113.7", _table.Elements("ipv4_32_g1"));
        Assert.DoesNotContain(Host(3), _table.Elements("ipv4_32_g1"));
        Assert.DoesNotContain(Host(3), _table.Elements("ipv4_32"));
        Assert.DoesNotContain(Host(Long - 3), _table.Elements("ipv4_32"));
        Assert.Empty(_table.Elements("ipv4_24"));

        await FinishAsync();
        Assert.DoesNotContain("ipv4_32 ", _table.List(), StringComparison.Ordinal);
        var elements = _table.Elements("ipv4_32_g1");
        Assert.Equal(_table.Blocks.Blocks.Keys.Select(network => network.ToIPAddress().ToString()).Order(), elements.Keys.Order());
        Assert.InRange(elements[Host(Long - 4)], 89_000, 90_000);
        Assert.Equal("origin_capi", _table.Counters("ipv4_32_g1")[Host(Long - 4)]);
        Assert.True((await _table.PlanAsync()).IsEmpty);
        Assert.True(await _table.IsIntactAsync());
    }

    [Fact]
    public async Task Restart_InTheMiddle_LeavesOneWholeList()
    {
        for (var i = 0; i < Long; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync(isFirst: true);
        await FinishAsync();
        _table.Restart();
        await StepAsync(isFirst: true);
        _table.Restart();
        await StepAsync(isFirst: true);

        // The list that was begun goes at once, or each start would leave one.
        Assert.Equal(["ipv4_32", "ipv4_32_g2"], _table.List().Split("\tmap ")[1..].Select(map => map.Split(' ')[0]));
        Assert.Equal(Long, _table.Elements("ipv4_32").Count);
        await FinishAsync();
        Assert.Equal(Long, _table.Elements("ipv4_32_g2").Count);
        Assert.Single(_table.List().Split("\tmap ")[1..]);
    }

    public void Dispose() => _table.Dispose();

    private static string Host(int number) => $"10.{number / 65536}.{number / 256 % 256}.{number % 256}";

    private async Task StepAsync(bool isFirst, params Prefix[] changed)
    {
        var plan = isFirst
            ? await _table.Backend.PlanAsync(_table.Blocks, mayRewrite: true, TestContext.Current.CancellationToken)
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

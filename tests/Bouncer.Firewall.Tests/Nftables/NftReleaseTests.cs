using System.Runtime.Versioning;
using Bouncer.Firewall.Networks;
using Bouncer.TestUtils;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>Networks that are blocked no more are let through while a long list is written, whether the list before it has them or
/// not.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class NftReleaseTests : IDisposable
{
    private const int Old = 12_000;
    private const int New = 9_000;

    private readonly NftTable _table = new();

    [Fact]
    public async Task Thousands_ThatTheOldListLacks_AreReleasedWithTheNextPart()
    {
        await BeginAsync();
        Prefix[] gone = [.. Enumerable.Range(Old, New).Select(Unblock), Unblock(3), Unblock(Old - 3), Unblock("198.51.100.0/24")];
        await StepAsync([.. gone, _table.Block("203.0.113.7")]);
        Assert.True(_table.Backend.Pending > 0);
        AssertGone("ipv4_32", 3, Old - 3);
        Assert.Empty(_table.Elements("ipv4_24"));
        Assert.Contains("203.0.113.7", _table.Elements("ipv4_32_g1"));
        await FinishAsync();
        Assert.Equal(Old + 11_000 - 2 + 1, _table.Elements("ipv4_32_g1").Count);
    }

    [Fact]
    public async Task Thousands_OfWhichTheOldListLacksEachOther_AreReleasedWithTheNextPart()
    {
        await BeginAsync();
        Prefix[] gone = [.. Enumerable.Range(0, 3000).SelectMany(i => new[] { Unblock(i), Unblock(Old + i) })];
        await StepAsync(gone);
        AssertGone("ipv4_32", [.. Enumerable.Range(0, 3000)]);
        Assert.Equal(Old - 3000, _table.Elements("ipv4_32").Count);
    }

    [Fact]
    public async Task ReleaseThatFails_KeepsNoOtherBack_AndIsTriedAgain()
    {
        await BeginAsync();
        var nft = _table.Options.Nftables.Program!;
        using var killed = new FaultyNft(nft, $"^delete element inet {NftTable.Name} ipv4_32 {{ {Host(7)} }}", "kill -9 $$");
        _table.Options.Nftables.Program = killed.Path;
        _table.Restart();
        await PlanAsync();
        Prefix[] gone = [.. Enumerable.Range(0, 1500).Select(Unblock), Unblock(Old + 5)];
        await StepAsync([.. gone, _table.Block("203.0.113.7")]);
        var elements = _table.Elements("ipv4_32");
        Assert.Contains(Host(7), elements);
        Assert.InRange(elements.Count, Old - 1499, Old - 1499 + 20);
        Assert.Contains("203.0.113.7", _table.Elements("ipv4_32_g2"));
        Assert.Contains(_table.Log.Transcript, line => line.StartsWith("4025 Warning", StringComparison.Ordinal) && line.Contains("exit code 137", StringComparison.Ordinal));

        File.WriteAllText(killed.Path, $"#!/bin/sh\nexec {nft} \"$@\"");
        await StepAsync();
        AssertGone("ipv4_32", [.. Enumerable.Range(0, 1500)]);
    }

    [Fact]
    public async Task Release_WhereTheListCannotBeWritten_IsCarriedOutNevertheless()
    {
        await BeginAsync();
        using var killed = new FaultyNft(_table.Options.Nftables.Program!, $"^add element inet {NftTable.Name} ipv4_32_g2 ", "kill -9 $$");
        _table.Options.Nftables.Program = killed.Path;
        _table.Restart();
        var gone = Unblock(7);
        var plan = await _table.Backend.PlanAsync(_table.Blocks, [gone], mayRewrite: true, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<FirewallException>(() => _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
        AssertGone("ipv4_32", 7);
    }

    [Fact]
    public async Task Release_OfSomethingInNoList_IsDone()
    {
        await BeginAsync();
        await StepAsync([Unblock("2001:db8::7"), Unblock("192.0.2.0/25")]);
        Assert.DoesNotContain(_table.Log.Transcript, line => line.StartsWith("4025", StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_BegunAgainWithManyReleased_TakesNewBansWithItsFirstPart()
    {
        await BeginAsync();
        Prefix[] gone = [.. Enumerable.Range(0, Old - 1).Select(Unblock), .. Enumerable.Range(Old + 7000, 3000).Select(Unblock)];
        for (var i = 0; i < Old; i++)
        {
            _table.Block($"172.16.{i / 256}.{i % 256}");
        }

        _table.Restart();
        var plan = await _table.Backend.PlanAsync(_table.Blocks, [.. gone, _table.Block("203.0.113.7")], mayRewrite: true, TestContext.Current.CancellationToken);
        Assert.Equal(0, await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
        Assert.Contains("203.0.113.7", _table.Elements("ipv4_32_g2"));
    }

    public void Dispose() => _table.Dispose();

    private static string Host(int number) => $"10.{number / 65536}.{number / 256 % 256}.{number % 256}";

    private Prefix Unblock(int number) => Unblock(Host(number));

    private Prefix Unblock(string network)
    {
        var prefix = NftTable.Parse(network);
        _table.Blocks.Remove(prefix);
        return prefix;
    }

    private void AssertGone(string set, params int[] numbers) =>
        Assert.Empty(_table.Elements(set).Keys.Intersect(numbers.Select(Host)));

    /// <summary>Has one list in force, and begins another that has more.</summary>
    private async Task BeginAsync()
    {
        for (var i = 0; i < Old; i++)
        {
            _table.Block(Host(i));
        }

        _table.Block("198.51.100.0/24");
        await PlanAsync();
        await FinishAsync();
        for (var i = Old; i < Old + 10_000; i++)
        {
            _table.Block(Host(i));
        }

        for (var i = 0; i < 10_000; i++)
        {
            _table.Block($"172.17.{i / 256}.{i % 256}");
        }

        _table.Restart();
        await PlanAsync();
    }

    private async Task PlanAsync()
    {
        var plan = await _table.PlanAsync(mayRewrite: true);
        Assert.Equal(0, await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
    }

    private async Task StepAsync(params Prefix[] changed)
    {
        var plan = _table.Backend.PlanChanges(_table.Blocks, changed);
        Assert.Equal(0, await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
    }

    private async Task FinishAsync()
    {
        while (_table.Backend.Pending > 0)
        {
            await StepAsync();
        }
    }
}

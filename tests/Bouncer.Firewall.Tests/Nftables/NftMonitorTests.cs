using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Nftables;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>The kernel tells of every change of our table, and whether it was ours.</summary>
public sealed class NftMonitorTests : IDisposable
{
    private readonly NftTable _table = new();
    private int _suspected;

    [Theory]
    [InlineData("delete element inet T ipv4_32 { 192.0.2.7 }")]
    [InlineData("add element inet T ipv4_32 { 192.0.2.9 timeout 1h : \"origin_cscli\" }")]
    [InlineData("delete element inet T ipv4_gate { 198.51.0.0 }")]
    [InlineData("add rule inet T input accept")]
    [InlineData("flush map inet T ipv4_24")]
    [InlineData("flush ruleset")]
    public async Task Change_ByAnother_IsDetectedAtOnce(string change)
    {
        await StartAsync();
        _table.Net.Nft(change.Replace(" T", $" {NftTable.Name}", StringComparison.Ordinal));
        await Eventually.TrueAsync(() => Volatile.Read(ref _suspected) > 0);
        Assert.True(_table.Backend.IsSuspect);
        Assert.False(await _table.IsIntactAsync());
        await _table.ApplyAsync();
        Assert.False(_table.Backend.IsSuspect);
        Assert.True(await _table.IsIntactAsync());
    }

    [Fact]
    public async Task Change_OfOurOwnOrOfAnotherTable_IsNone()
    {
        var brief = _table.Block("192.0.2.8", 0.3);
        await StartAsync();
        for (var i = 0; i < 40; i++)
        {
            await _table.ApplyAsync(_table.Block($"203.0.113.{i}"));
        }

        foreach (var i in Enumerable.Range(0, 15_000))
        {
            _table.Block($"10.0.{i / 256}.{i % 256}");
        }

        await _table.ApplyAsync([.. _table.Blocks.Blocks.Keys]);
        _table.Net.Nft($"add table inet other\nadd set inet other {NftTable.Name} {{ type ipv4_addr; }}\nadd element inet other {NftTable.Name} {{ 192.0.2.7 }}\nadd table ip {NftTable.Name}");
        await Eventually.TrueAsync(() => !_table.Elements("ipv4_32").ContainsKey(brief.ToString()));

        // What comes after is heard after.
        Assert.True(await _table.IsIntactAsync());
        Assert.Equal(0, Volatile.Read(ref _suspected));
    }

    [Fact]
    public async Task Transaction_OfAsManyElementsAsFit_IsReceivedCompletely()
    {
        var log = new FakeLogCollector();
        using var monitor = _table.Net.Run(() => NftMonitor.Start(NftTable.Name, () => { }, new FakeLogger(log)))!;

        // As the kernel gives it to a process in a user namespace.
        monitor.Socket.ReceiveBufferSize = 106_496;
        var most = monitor.MostElements;
        Assert.InRange(most, 100, 1000);
        Prefix[] networks = [.. Enumerable.Range(0, most).Select(i => _table.Block($"10.0.{i / 256}.{i % 256}"))];
        await _table.ApplyAsync();
        for (var i = 0; i < 30; i++)
        {
            foreach (var network in networks)
            {
                _table.Blocks.Set(network, new(NftTable.In(7200 + (i * 3600)), "CAPI"));
            }

            await _table.ApplyAsync(networks);
            Assert.False(monitor.HasLost);
        }

        Assert.True(monitor.IsSuspect);
    }

    [Fact]
    public void Listening_NotAllowed_IsLogged()
    {
        var log = new FakeLogCollector();
        using var monitor = _table.Net.RunWithoutNetAdmin(() => NftMonitor.Start(NftTable.Name, () => { }, new FakeLogger(log)));
        Assert.Null(monitor);
        Assert.StartsWith($"4024 Warning The kernel does not report changes of the table inet {NftTable.Name}: Operation not permitted.", Assert.Single(log.Transcript), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listening_Ends_IsLogged()
    {
        var log = new FakeLogCollector();
        using var monitor = _table.Net.Run(() => NftMonitor.Start(NftTable.Name, () => { }, new FakeLogger(log)))!;
        monitor.Socket.Close();
        await Eventually.TrueAsync(() => log.Transcript.Length > 0);
        Assert.StartsWith("4024 Warning", Assert.Single(log.Transcript), StringComparison.Ordinal);
    }

    public void Dispose() => _table.Dispose();

    private async Task StartAsync()
    {
        _table.Backend.Suspected += () => Interlocked.Increment(ref _suspected);
        _table.Block("192.0.2.7");
        _table.Block("198.51.100.0/24");
        await _table.ApplyAsync();
    }
}

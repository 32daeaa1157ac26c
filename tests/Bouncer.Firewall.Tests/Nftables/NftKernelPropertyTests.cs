using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>Random changes, restarts and damage, with the real nft: after each step it holds what is wanted.</summary>
public sealed class NftKernelPropertyTests : IDisposable
{
    private static readonly string[] Origins = ["CAPI", "cscli", "lists:a"];

    private readonly NftTable _table = new();

    [Fact]
    public async Task Steps_OfAnyKind_LeaveWhatIsWanted()
    {
        Random random = new(7);
        await _table.ApplyAsync();
        for (var step = 0; step < 60; step++)
        {
            HashSet<Prefix> changed = [];
            for (var i = random.Next(30); i > 0; i--)
            {
                changed.Add(Change(random));
            }

            if (random.Next(4) == 0)
            {
                _table.Restart();
                await _table.ApplyAsync();
            }
            else
            {
                await _table.ApplyAsync([.. changed]);
            }

            var wanted = _table.Blocks.Blocks.GroupBy(block => $"ipv{(block.Key.IsIPv4 ? 4 : 6)}_{block.Key.Length}");
            foreach (var set in wanted)
            {
                var elements = _table.Elements(set.Key);
                Assert.Equal(set.Select(block => block.Key.ToIPAddress().ToString()).Order(), elements.Keys.Order());
                Assert.All(set, block => Assert.InRange(elements[block.Key.ToIPAddress().ToString()], (block.Value.End - NftTable.In(0)).TotalSeconds - 2.1, (block.Value.End - NftTable.In(0)).TotalSeconds + 2.1));
                Assert.Equal(
                    set.ToDictionary(block => block.Key.ToIPAddress().ToString(), block => "origin_" + block.Value.Origin.ToLowerInvariant().Replace(':', '_') + (block.Key.IsIPv4 ? "" : "_v6")).OrderBy(pair => pair.Key),
                    _table.Counters(set.Key).OrderBy(pair => pair.Key));
            }

            Assert.True(await _table.IsIntactAsync());
        }

        Assert.True((await _table.ApplyAsync()) is { Added: 0, Renewed: 0, Removed: 0 });
    }

    public void Dispose() => _table.Dispose();

    private Prefix Change(Random random)
    {
        var text = random.Next(4) switch
        {
            0 => $"10.{random.Next(4)}.0.0/{random.Next(14, 17)}",
            1 => $"2001:db8:{random.Next(4)}::/{random.Next(62, 65)}",
            _ => $"10.0.0.{random.Next(16)}",
        };
        if (random.Next(3) > 0)
        {
            return _table.Block(text, random.Next(300, 3000), Origins[random.Next(3)]);
        }

        var network = NftTable.Parse(text);
        _table.Blocks.Remove(network);
        return network;
    }
}

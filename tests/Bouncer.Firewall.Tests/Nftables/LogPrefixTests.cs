using Bouncer.Firewall.Settings;
using Bouncer.Firewall.Tests.Packets;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>A log prefix may hold blanks and every word of nft's own language: as the real nft lists our rules, we know them
/// again.</summary>
public sealed class LogPrefixTests : IDisposable
{
    private const int Longest = 64;
    private const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:[]";

    private readonly NftTable _table = new();

    public static TheoryData<string> OddOnes { get; } =
    [
        " ", "    ", "crowdsec  x: ", "crowdsec drop in: ", " drop ", "drop", "drop ", " drop", "accept", " a  return  b ", "reject",
        "jump", "jump ", " jump x", "goto", "goto  x ", "x continue", "queue", "- drop -", "[drop] ", "drop:", ".drop ", "log prefix ",
        string.Concat(Enumerable.Repeat("drop ", 13))[..Longest], new string('x', Longest), new string(' ', Longest), "comment x", "map x", "counter name ",
    ];

    [Theory]
    [MemberData(nameof(OddOnes))]
    public Task Rules_WithAnOddPrefix_AreKnownAgain(string prefix) => AreKnownAsync(prefix);

    [Fact]
    public async Task Rules_WithEachWordOfNft_AreKnownAgain()
    {
        foreach (var prefix in Packed(NftWords.All.Order(StringComparer.Ordinal)))
        {
            await AreKnownAsync(prefix);
        }
    }

    [Fact]
    public async Task Rules_WithAnyPrefix_AreKnownAgain()
    {
        Random random = new(3);
        string[] words = [.. NftWords.All.Order(StringComparer.Ordinal)];
        for (var round = 0; round < 10; round++)
        {
            var text = string.Concat(Enumerable.Range(0, Longest).Select(_ => random.Next(6) switch
            {
                0 or 1 => new string(' ', random.Next(1, 4)),
                2 => $" {words[random.Next(words.Length)]} ",
                _ => $"{Characters[random.Next(Characters.Length)]}",
            }));
            await AreKnownAsync(text[..random.Next(1, Longest + 1)]);
        }
    }

    /// <summary>More bans than are read: a backend that does not know its own rules again begins another list each time.</summary>
    [Fact]
    public async Task Bans_WithVerdictsInThePrefix_AllComeIntoForceAndEnd()
    {
        await using var bench = await PacketBench.StartAsync(options => options.Nftables.LogPrefix = "crowdsec  drop in: ");
        Decision[] many = [.. Enumerable.Range(0, 12_000).Select(i => PacketBench.Decide($"10.5.{i / 256}.{i % 256}"))];
        await bench.ChangeAsync(many, []);
        Assert.Equal(["10.5.0.0", "10.5.46.223"], bench.Stopped("10.5.0.0", "10.5.46.223", "10.5.46.224"));
        var late = await bench.BanAsync("10.6.0.1");
        Assert.False(bench.Lets("10.6.0.1"));
        await bench.PardonAsync(late, many[0]);
        Assert.Equal(["10.5.0.1"], bench.Stopped("10.6.0.1", "10.5.0.0", "10.5.0.1"));
        Assert.True(bench.Engine.Status is { IsApplied: true, BlockedNetworks: 11_999, LastError: null });
    }

    public void Dispose() => _table.Dispose();

    private async Task AreKnownAsync(string prefix)
    {
        _table.Options.Nftables.LogPrefix = prefix;
        Assert.True(new FirewallOptionsValidator().Validate(null, _table.Options).Succeeded, prefix);
        _table.Restart();
        var ban = _table.Block("192.0.2.7");
        _table.Block("192.0.2.8");
        await _table.ApplyAsync();
        Assert.Contains($"log prefix \"{prefix}\"", _table.List(), StringComparison.Ordinal);
        Assert.True((await _table.PlanAsync()).IsEmpty, prefix);
        Assert.True(await _table.IsIntactAsync(), prefix);

        _table.Blocks.Remove(ban);
        await _table.ApplyAsync(ban);
        Assert.Equal(["192.0.2.8"], _table.Elements("ipv4_32").Keys);

        // Another process knows them by their marks and effects.
        _table.Restart();
        Assert.True((await _table.PlanAsync()).IsEmpty, prefix);
    }

    private static IEnumerable<string> Packed(IEnumerable<string> words)
    {
        var packed = "";
        foreach (var word in words)
        {
            if (packed.Length + word.Length + 2 > Longest)
            {
                yield return packed;
                packed = "";
            }

            packed += $" {word} ";
        }

        yield return packed;
    }
}

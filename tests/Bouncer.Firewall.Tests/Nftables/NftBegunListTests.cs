using System.Runtime.Versioning;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Nftables;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>What is in force stays in force, however often a list is begun and fails.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class NftBegunListTests : IDisposable
{
    private const int ThreeParts = 21_000;

    // A busy machine takes its time.
    private readonly NftTable _table = new(longestRead: TimeSpan.FromMinutes(1));

    [Theory]
    [InlineData("kill -9 $$")]
    [InlineData("{ NFT \"$@\"; kill -9 $$; }")]
    [InlineData("{ echo 'x:1:1-2: Error: Could not process rule: No such file or directory' >&2; exit 1; }")]
    public async Task List_OfWhichTheSecondPartFails_IsContinuedUntilItIsWhole(string fault)
    {
        await FillAsync();
        using var faulty = new FaultyNft(_table.Options.Nftables.Program!, "^add element inet bouncer_test ipv4_32_g", $"! grep -q '^add chain' \"$2\" && {fault.Replace("NFT", _table.Options.Nftables.Program, StringComparison.Ordinal)}");
        _table.Options.Nftables.Program = faulty.Path;
        _table.Restart();
        HashSet<Prefix> urgent = [];
        var attempts = 0;
        do
        {
            // A ban, and one that is taken back, at each attempt.
            urgent.Add(_table.Block($"203.0.113.{attempts}"));
            _table.Blocks.Remove(NftTable.Parse(Host(attempts * 300)));
            urgent.Add(NftTable.Parse(Host(attempts * 300)));
            await StepAsync(urgent);
            Assert.Empty(Held().Where(host => host.StartsWith("10.", StringComparison.Ordinal)).Except(Wanted("10.")));
            if (_table.Backend.Pending > 0)
            {
                await Assert.ThrowsAsync<FirewallException>(() => ChangeAsync());
            }

            Assert.Superset(Wanted("203.0.113."), Held());
        }
        while (Lists().Count() > 1 && ++attempts < 10);

        Assert.InRange(attempts, 1, 4);
        Assert.Single(Lists());
        Assert.Equal(Wanted(""), Held());
    }

    [Fact]
    public async Task Lists_LeftByProcessesThatEnded_GoOnlyWhenWhatTheyHaveIsElsewhere()
    {
        await FillAsync();
        for (var i = 0; i < 7; i++)
        {
            _table.Restart();
            await StepAsync([]);

            // The oldest decisions are written last, so that no list that is begun later has this one early.
            var prefix = NftTable.Parse($"203.0.113.{i}");
            _table.Blocks.Set(prefix, new(NftTable.In(3600), "cscli", 0));
            await ChangeAsync(prefix);
        }

        Assert.Superset(Wanted(""), Held());

        Assert.InRange(Lists().Count(), 2, 6);
    }

    [Fact]
    public void Order_IsThatOfDecisions_RegardlessOfTheListsOrder()
    {
        BlockList blocks = new();
        for (var i = 0; i < 9; i++)
        {
            blocks.Set(NftTable.Parse(Host(i)), new(TimeSpan.FromHours(1), "cscli", i));
        }

        // Later ones take the places of these.
        blocks.Remove(NftTable.Parse(Host(1)));
        blocks.Remove(NftTable.Parse(Host(5)));
        blocks.Set(NftTable.Parse(Host(10)), new(TimeSpan.FromHours(1), "cscli", 10));
        blocks.Set(NftTable.Parse(Host(11)), new(TimeSpan.FromHours(1), "cscli", 11));
        var sorted = NftOrder.Sort(blocks.Blocks, new HashSet<Prefix> { NftTable.Parse(Host(2)), NftTable.Parse(Host(3)) });
        Assert.Equal(new[] { 3, 2, 11, 10, 8, 7, 6, 4, 0 }.Select(Host), sorted.Select(network => network.ToString()));
    }

    public void Dispose() => _table.Dispose();

    private static string Host(int number) => $"10.{number / 65536}.{number / 256 % 256}.{number % 256}";

    private async Task FillAsync()
    {
        for (var i = 0; i < ThreeParts; i++)
        {
            _table.Block(Host(i));
        }

        await StepAsync([]);
        while (_table.Backend.Pending > 0)
        {
            await ChangeAsync();
        }
    }

    private HashSet<string> Wanted(string begin) =>
        [.. _table.Blocks.Blocks.Keys.Select(network => network.ToIPAddress().ToString()).Where(host => host.StartsWith(begin, StringComparison.Ordinal))];

    private IEnumerable<string> Lists() => _table.List().Split("\tmap ")[1..].Select(map => map.Split(' ')[0]);

    private HashSet<string> Held() => [.. Lists().SelectMany(list => _table.Elements(list).Keys)];

    private async Task StepAsync(IReadOnlyCollection<Prefix> urgent)
    {
        var plan = await _table.Backend.PlanAsync(_table.Blocks, urgent, mayRewrite: true, TestContext.Current.CancellationToken);
        Assert.Equal(0, await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
    }

    private async Task ChangeAsync(params Prefix[] changed)
    {
        var plan = _table.Backend.PlanChanges(_table.Blocks, changed);
        Assert.Equal(0, await _table.Backend.ExecuteAsync(plan, TestContext.Current.CancellationToken));
    }
}

using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;
using Bouncer.Firewall.Nftables;

namespace Bouncer.Firewall.Tests.Nftables;

/// <summary>Any plan, applied to the state it was made for, gives what is wanted; made again, it is empty. The kernel is a
/// dictionary here; <see cref="NftKernelPropertyTests"/> does the like with the real one.</summary>
public sealed class NftPlanPropertyTests
{
    private static readonly FirewallOptions Options = new();
    private static readonly string[] Origins = ["CAPI", "cscli", "lists:a", "lists:b"];

    [Fact]
    public void Plans_FromAnyState_GiveWhatIsWantedAndThenNothing()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            RunOnce(new Random(seed), seed);
        }
    }

    private static void RunOnce(Random random, int seed)
    {
        var now = TimeSpan.FromMinutes(10);
        OriginSlugs slugs = new();
        NftState state = new();
        BlockList blocks = new();
        Dictionary<(NftSet Set, UInt128 Address), TimeSpan> kernel = [];
        for (var i = random.Next(60); i > 0; i--)
        {
            var network = AnyNetwork(random);
            var end = random.Next(4) == 0 ? TimeSpan.MaxValue : AnyEnd(random, now);
            if (end > now)
            {
                kernel[(NftSet.Of(network, slugs.Of(Any(random))), network.Address | (uint)random.Next(2))] = end;
            }
        }

        for (var i = random.Next(60); i > 0; i--)
        {
            Change(random, blocks, now);
        }

        HashSet<NftSet> sets = [.. kernel.Keys.Select(key => key.Set)];
        Carry(kernel, sets, Full(blocks, slugs, state, kernel, sets, now), state, now);
        AssertHolds(kernel, blocks, slugs, now, seed);
        var again = Full(blocks, slugs, state, kernel, sets, now);
        Assert.True(again.Changes.Count == 0 && again.SurplusSets.Count == 0 && again is { Added: 0, Renewed: 0, Removed: 0 }, $"seed {seed}");

        for (var step = 0; step < 10; step++)
        {
            now += TimeSpan.FromSeconds(random.Next(40));
            foreach (var ended in kernel.Where(element => element.Value <= now).ToArray())
            {
                kernel.Remove(ended.Key);
            }

            HashSet<Prefix> changed = [];
            for (var i = random.Next(20); i > 0; i--)
            {
                changed.Add(Change(random, blocks, now));
            }

            Carry(kernel, sets, NftDelta.Plan(Options, blocks, changed, slugs, state, now), state, now);
            AssertHolds(kernel, blocks, slugs, now, seed);
            Assert.Empty(NftDelta.Plan(Options, blocks, changed, slugs, state, now).Changes);
        }
    }

    private static NftPlan Full(BlockList blocks, OriginSlugs slugs, NftState state, Dictionary<(NftSet Set, UInt128 Address), TimeSpan> kernel, HashSet<NftSet> sets, TimeSpan now)
    {
        state.Forget();
        NftComparison comparison = new(blocks, slugs, state, now);
        foreach (var ((set, address), end) in kernel)
        {
            comparison.Seen(new(address, set.Length, set.IsIPv4), set.Slug, end == TimeSpan.MaxValue ? end : end - now, now);
        }

        state.ReplaceSets(sets);
        return comparison.Finish(Options, new() { Exists = true, Sets = sets }, rebuilds: false);
    }

    private static void Carry(Dictionary<(NftSet Set, UInt128 Address), TimeSpan> kernel, HashSet<NftSet> sets, NftPlan plan, NftState state, TimeSpan now)
    {
        sets.UnionWith(plan.Ruleset.Sets);
        foreach (var (element, kind) in plan.Changes)
        {
            var key = (element.Set, element.Network.Address);
            Assert.True(kind != NftChangeKind.Add || !kernel.ContainsKey(key), "Adding what is there would keep its old end on old kernels.");
            Assert.Contains(element.Set, sets);
            if (kind == NftChangeKind.Remove)
            {
                kernel.Remove(key);
            }
            else
            {
                Assert.True(element.End > now);
                kernel[key] = element.End;
            }
        }

        foreach (var key in kernel.Keys.Where(key => plan.SurplusSets.Contains(key.Set)).ToArray())
        {
            kernel.Remove(key);
        }

        sets.ExceptWith(plan.SurplusSets);
        state.Apply(plan.Changes);
        state.Allowed = plan.Ruleset.Allowed;
        state.ReplaceSets(sets);
    }

    private static void AssertHolds(Dictionary<(NftSet Set, UInt128 Address), TimeSpan> kernel, BlockList blocks, OriginSlugs slugs, TimeSpan now, int seed)
    {
        // What ends just now may be there or not.
        var wanted = blocks.Blocks.Where(block => block.Value.End > now + NftTimes.Tolerance)
            .ToDictionary(block => (NftSet.Of(block.Key, slugs.Of(block.Value.Origin)), block.Key.Address), block => block.Value.End);
        Assert.True(wanted.Keys.ToHashSet().IsSubsetOf(kernel.Keys), $"seed {seed}: something is not blocked");
        Assert.True(kernel.Where(element => element.Value > now + (2 * NftTimes.Tolerance)).All(element => wanted.ContainsKey(element.Key)), $"seed {seed}: something is blocked");
        Assert.All(wanted, element => Assert.InRange(kernel[element.Key], element.Value - NftTimes.Tolerance, element.Value + NftTimes.Tolerance));
    }

    private static Prefix Change(Random random, BlockList blocks, TimeSpan now)
    {
        var network = AnyNetwork(random);
        if (random.Next(3) == 0)
        {
            blocks.Remove(network);
        }
        else
        {
            blocks.Set(network, new(AnyEnd(random, now), Any(random)));
        }

        return network;
    }

    private static TimeSpan AnyEnd(Random random, TimeSpan now) => now + TimeSpan.FromSeconds(random.Next(5) == 0 ? random.Next(-20, 4) : random.Next(4, 200));

    private static string Any(Random random) => Origins[random.Next(Origins.Length)];

    private static Prefix AnyNetwork(Random random) => NftTable.Parse(random.Next(5) switch
    {
        0 => $"10.{random.Next(4)}.0.0/16",
        1 => $"10.0.{random.Next(4)}.0/24",
        2 => $"2001:db8:{random.Next(4)}::/64",
        _ => $"10.0.0.{random.Next(8) * 2}",
    });
}

using Bouncer.Firewall.Backends;
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
        Kernel kernel = [];
        for (var i = random.Next(60); i > 0; i--)
        {
            var network = AnyNetwork(random);
            var end = random.Next(4) == 0 ? TimeSpan.MaxValue : AnyEnd(random, now);
            if (end > now)
            {
                kernel[(NftSet.Of(network, 0), network.Address | (uint)random.Next(2))] = (slugs.Of(Any(random), network.IsIPv4), end);
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
        Assert.True(again.Changes.Length == 0 && again.SurplusSets.Count == 0 && again is { Added: 0, Renewed: 0, Removed: 0 }, $"seed {seed}");

        for (var step = 0; step < 20; step++)
        {
            now += TimeSpan.FromSeconds(random.Next(40));

            // The kernel ends an element a little later than planned, for it counts from when it is told.
            foreach (var ended in kernel.Where(element => element.Value.End + TimeSpan.FromSeconds(1) <= now).ToArray())
            {
                kernel.Remove(ended.Key);
            }

            HashSet<Prefix> changed = [];
            for (var i = random.Next(20); i > 0; i--)
            {
                changed.Add(Change(random, blocks, now));
            }

            if (random.Next(8) == 0)
            {
                // A list of its own beside the one that holds; it knows of the changes already.
                state.Begin(new() { Exists = true, Sets = sets.ToHashSet(), Counters = state.Slugs.ToDictionary(slug => slug, _ => default(Traffic)) }, rebuilds: false);
                state.Expect([.. blocks.Blocks.Keys], 0, []);
                changed.Clear();
            }

            var next = state.TakePending(7, blocks.Blocks.ContainsKey);
            Carry(kernel, sets, NftDelta.Plan(Options, blocks, [.. changed, .. next], slugs, state, now), state, now);
            AssertHolds(kernel, blocks, slugs, now, seed, state.OldSets.Count > 0);
            if (state.Pending.Count == 0)
            {
                Assert.Empty(NftDelta.Plan(Options, blocks, changed, slugs, state, now).Changes);
            }
        }
    }

    private static NftPlan Full(BlockList blocks, OriginSlugs slugs, NftState state, Kernel kernel, HashSet<NftSet> sets, TimeSpan now)
    {
        NftComparison comparison = new(blocks, slugs, state, new() { Exists = true, Sets = sets.ToHashSet() }, now);
        var compared = comparison.Sets.ToArray();
        foreach (var ((set, address), (slug, end)) in kernel.Where(element => compared.Contains(element.Key.Set)))
        {
            comparison.Seen(set, new(address, set.Length, set.IsIPv4), set.IsGate ? null : slug, end == TimeSpan.MaxValue ? end : end - now, now);
        }

        return comparison.Finish(Options, rebuilds: false, believesMarks: true);
    }

    private static void Carry(Kernel kernel, HashSet<NftSet> sets, NftPlan plan, NftState state, TimeSpan now)
    {
        sets.UnionWith(plan.Ruleset.Sets);
        foreach (var (element, kind, was) in plan.Changes)
        {
            var set = element.SetOf(plan.Generation);
            var key = (set, element.Network.Address);
            Assert.True(kind != NftChangeKind.Add || !kernel.ContainsKey(key), "Adding what is there would keep its old end on old kernels.");
            Assert.Contains(set, sets);
            if (kernel.TryGetValue(key, out var there))
            {
                Assert.True(there.Slug == (was ?? element.Slug), "An element cannot be added where one with another counter is.");
            }

            if (kind == NftChangeKind.Remove)
            {
                kernel.Remove(key);
            }
            else
            {
                Assert.True(element.End > now);
                kernel[key] = (element.Slug, element.End);
            }
        }

        foreach (var key in kernel.Keys.Where(key => plan.SurplusSets.Contains(key.Set) || (plan.Released.Any(network => network.Address == key.Address && NftSet.Of(network, key.Set.Generation) == key.Set) && key.Set.Generation != plan.Generation)).ToArray())
        {
            kernel.Remove(key);
        }

        sets.ExceptWith(plan.SurplusSets);
        state.Apply(plan.Changes);
        state.RulesWritten(plan.Ruleset with { Sets = sets.ToHashSet() }, new() { Handles = sets.ToDictionary(set => set, _ => 1L) });
    }

    /// <param name="isFilling">Whether a list before this one still holds, some of it against what is wanted by now.</param>
    private static void AssertHolds(Kernel kernel, BlockList blocks, OriginSlugs slugs, TimeSpan now, int seed, bool isFilling = false)
    {
        var held = kernel.Where(element => element.Value.End > now && !element.Key.Set.IsGate).ToLookup(element => Wider(element.Key.Set, element.Key.Address));
        foreach (var (network, block) in blocks.Blocks)
        {
            // What ends just now may be there or not.
            if (block.End <= now + NftTimes.Tolerance)
            {
                continue;
            }

            Assert.True(held[network].Any() || isFilling, $"seed {seed}: {network} is not blocked");
            Assert.True(held[network].All(element => element.Value.Slug == slugs.Of(block.Origin, network.IsIPv4)) || isFilling, $"seed {seed}: {network} counts for another origin");
            Assert.True(isFilling || held[network].All(element => (element.Value.End - block.End).Duration() <= NftTimes.Tolerance), $"seed {seed}: {network} has another end");
            foreach (var ((set, _), (_, end)) in held[network].Where(element => element.Key.Set.IsGated))
            {
                var gate = (NftSet.GateOf(set.IsIPv4, set.Generation), NftSet.GateBefore(network)!.Value.Address);
                Assert.True(kernel.TryGetValue(gate, out var open) && open.End >= end, $"seed {seed}: the gate to {network} is shut");
            }
        }

        Assert.True(
            isFilling || held.Where(network => network.Any(element => element.Value.End > now + (2 * NftTimes.Tolerance))).All(network => blocks.Blocks.ContainsKey(network.Key)),
            $"seed {seed}: something is blocked");
    }

    private static Prefix Wider(NftSet set, UInt128 address) => new(address, set.Length, set.IsIPv4);

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

    private sealed class Kernel : Dictionary<(NftSet Set, UInt128 Address), (string? Slug, TimeSpan End)>;
}

using System.Numerics;
using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>Plans which rules to change, without access to the firewall. Not thread-safe.</summary>
internal sealed class WindowsPlanner
{
    private readonly string _prefix;
    private readonly int _addressesPerRule;
    private readonly RuleDirection[] _directions;
    private readonly TimeProvider _time;
    private readonly AddressFamilyRules _ipv4;
    private readonly AddressFamilyRules _ipv6;

    /// <summary>Buckets with a plan that has not been executed.</summary>
    private readonly HashSet<(bool IsIPv4, int Bucket)> _changed = [];

    private IReadOnlyList<Prefix> _allowed = [];

    internal WindowsPlanner(FirewallOptions options, TimeProvider time)
    {
        _prefix = options.Name;
        _addressesPerRule = options.Windows.AddressesPerRule;
        _directions = options.Outbound ? [RuleDirection.In, RuleDirection.Out] : [RuleDirection.In];
        _time = time;
        (_ipv4, _ipv6) = (new(isIPv4: true, _addressesPerRule), new(isIPv4: false, _addressesPerRule));
    }

    internal RuleTable Rules { get; } = new();

    internal (int IPv4, int IPv6) BucketCounts => (_ipv4.Buckets.Count, _ipv6.Buckets.Count);

    /// <summary>The number of networks that Windows refuses, or that must not be written.</summary>
    internal int RefusedNetworks => _ipv4.RefusedNetworks + _ipv6.RefusedNetworks;

    /// <summary>Plans from the rules found in Windows. Addresses that Windows refused before are tried again.</summary>
    internal WindowsFirewallPlan PlanAll(BlockList blocks, IReadOnlyList<StoredRule> found)
    {
        Rules.Clear();
        _changed.Clear();
        var (unwanted, counts) = Adopt(found);
        Fill(blocks, counts);
        Allow(blocks.Allowed);

        var steps = new PlannedSteps(Rules, _prefix);
        foreach (var rule in unwanted)
        {
            steps.Drop(rule.Name, rule.Difference ?? "Name", isFirst: rule.IsEnabled && !IsReadable(rule));
        }

        foreach (var family in Families)
        {
            var most = Math.Max(family.Buckets.Count, counts[family.IsIPv4]);
            for (var bucket = 0; bucket < most; bucket++)
            {
                _changed.Add((family.IsIPv4, bucket));
                Plan(steps, family, bucket);
            }
        }

        var (added, removed) = steps.IsEmpty ? (0, 0) : (CountAdded(), CountRemoved());
        return Finish(steps, added, removed, isRepair: unwanted.Count > 0 || Rules.All.Any(rule => !rule.IsEnabled || rule.Ranges is null));
    }

    /// <summary>Plans for networks that changed.</summary>
    internal WindowsFirewallPlan PlanChanges(BlockList blocks, IReadOnlyCollection<Prefix> changed)
    {
        var (added, removed, now) = (0, 0, _time.Now());
        foreach (var network in changed)
        {
            var family = network.IsIPv4 ? _ipv4 : _ipv6;
            var isWanted = blocks.TryGet(network, out var block) && block.End > now;
            if (!(isWanted ? family.Add(network) : family.Remove(network)))
            {
                continue;
            }

            (added, removed) = isWanted ? (added + 1, removed) : (added, removed + 1);
            _changed.Add((network.IsIPv4, family.Buckets.IndexOf(network)));
        }

        foreach (var family in Families)
        {
            // In both cases the content of any bucket may change.
            if (family.Buckets.Grow() || !_allowed.SequenceEqual(blocks.Allowed))
            {
                _changed.UnionWith(Enumerable.Range(0, family.Buckets.Count).Select(bucket => (family.IsIPv4, bucket)));
            }
        }

        Allow(blocks.Allowed);
        var steps = new PlannedSteps(Rules, _prefix);
        foreach (var (isIPv4, bucket) in _changed)
        {
            Plan(steps, isIPv4 ? _ipv4 : _ipv6, bucket);
        }

        return Finish(steps, added, removed, isRepair: false);
    }

    /// <summary>Whether the rules found are the known ones and enabled. Addresses are not compared.</summary>
    internal bool Knows(IReadOnlyList<SeenRule> found)
    {
        var known = Rules.All.Select(rule => rule.Name.ToText(_prefix)).ToHashSet(StringComparer.Ordinal);
        return found.Count == known.Count && found.All(rule => rule is { Difference: null, IsEnabled: true } && known.Remove(rule.Name));
    }

    /// <summary>Leaves addresses out of a bucket until the next plan of everything.</summary>
    internal void Refuse(RuleName name, RangeSet ranges) => (name.IsIPv4 ? _ipv4 : _ipv6).Refuse(name.Bucket, ranges);

    /// <summary>Records that the last plan was executed.</summary>
    internal void Finished() => _changed.Clear();

    private AddressFamilyRules[] Families => [_ipv4, _ipv6];

    private WindowsFirewallPlan Finish(PlannedSteps steps, int added, int removed, bool isRepair)
    {
        if (steps.IsEmpty)
        {
            Finished();
        }

        return new() { Steps = steps.InOrder(), AddedNetworks = added, RemovedNetworks = removed, IsRepair = isRepair && !steps.IsEmpty };
    }

    /// <summary>Adopts the rules that are as the bouncer writes them; returns the others, and the number of buckets.</summary>
    private (List<StoredRule> Unwanted, Dictionary<bool, int> Counts) Adopt(IReadOnlyList<StoredRule> found)
    {
        List<StoredRule> unwanted = [];
        Dictionary<bool, int> counts = new() { [true] = 0, [false] = 0 };
        foreach (var rules in found.GroupBy(rule => rule.Name, StringComparer.Ordinal))
        {
            // Windows finds a rule only by its name, so neither of two with the same name is usable.
            if (rules.ToArray() is not [{ Difference: null } rule] || !RuleName.TryParse(rule.Name, _prefix, out var name))
            {
                unwanted.AddRange(rules);
                Rules.Take(rules.Key);
                continue;
            }

            AddressText.TryRead(rule.Addresses, name.IsIPv4, out var ranges);
            Rules.Set(new(name, ranges, rule.IsEnabled));
            counts[name.IsIPv4] = Math.Max(counts[name.IsIPv4], (int)BitOperations.RoundUpToPowerOf2((uint)name.Bucket + 1));
        }

        return (unwanted, counts);
    }

    private void Fill(BlockList blocks, Dictionary<bool, int> counts)
    {
        List<Prefix> ipv4 = [], ipv6 = [];
        var now = _time.Now();
        foreach (var (network, block) in blocks.Blocks)
        {
            if (block.End > now)
            {
                (network.IsIPv4 ? ipv4 : ipv6).Add(network);
            }
        }

        _ipv4.Fill(ipv4, counts[true]);
        _ipv6.Fill(ipv6, counts[false]);
    }

    private void Allow(IReadOnlyList<Prefix> allowed)
    {
        _allowed = allowed;
        _ipv4.Allow(allowed);
        _ipv6.Allow(allowed);
    }

    private void Plan(PlannedSteps steps, AddressFamilyRules family, int bucket)
    {
        var pages = RuleChunk.Cut(family.Wanted(bucket), family.IsIPv4, _addressesPerRule);
        foreach (var direction in _directions)
        {
            steps.Reach(direction, family.IsIPv4, bucket, pages);
        }
    }

    private int CountAdded()
    {
        var added = 0;
        foreach (var family in Families)
        {
            RangeSet[] inForce = [.. _directions.Select(direction => Rules.InForce(direction, family.IsIPv4))];
            added += family.CountBeyond(inForce);
        }

        return added;
    }

    private int CountRemoved() => Families.Sum(family =>
    {
        RangeSet[] inForce = [.. _directions.Select(direction => Rules.InForce(direction, family.IsIPv4)).Where(set => !set.IsEmpty)];
        if (inForce.Length == 0)
        {
            return 0;
        }

        var wanted = RangeSet.Of(Enumerable.Range(0, family.Buckets.Count).SelectMany(bucket => family.Wanted(bucket).Ranges));
        return inForce.Max(set => set.Except(wanted).Ranges.Count);
    });

    /// <summary>Whether an unwanted rule may still block only addresses of attackers.</summary>
    private static bool IsReadable(StoredRule rule) =>
        AddressText.TryRead(rule.Addresses, isIPv4: true, out _) || AddressText.TryRead(rule.Addresses, isIPv4: false, out _);
}

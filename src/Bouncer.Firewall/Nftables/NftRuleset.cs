using System.Globalization;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>The intended table without its elements, and the lines that write it.</summary>
/// <remarks>A packet that is not stopped is counted, and costs one lookup for hosts and one for ranges. Exceptions, the counters of
/// origins and logs apply only after a hit.</remarks>
/// <param name="Options">The settings.</param>
/// <param name="Allowed">The networks that are never blocked.</param>
/// <param name="Sets">The sets.</param>
/// <param name="Slugs">The origins that have a counter.</param>
internal sealed record NftRuleset(FirewallOptions Options, IReadOnlyList<Prefix> Allowed, IReadOnlyCollection<NftSet> Sets, IReadOnlyCollection<string> Slugs)
{
    /// <summary>The prefix of the names of counters.</summary>
    internal const string CounterPrefix = "origin_";

    private const string Refuse = "refuse";

    /// <summary>All chains that may exist; a chain comes before those that it jumps to.</summary>
    internal static IReadOnlyList<string> ChainNames { get; } = ["input", "forward", "output", .. Direction.Source.Chains, .. Direction.Destination.Chains, Refuse];

    /// <summary>The chains; a chain comes after those that it jumps to.</summary>
    internal IEnumerable<NftChain> Chains()
    {
        yield return new(Refuse, false, [.. RefuseRules()]);
        Direction[] directions = Options.Outbound ? [Direction.Source, Direction.Destination] : [Direction.Source];
        foreach (var direction in directions)
        {
            yield return new(direction.Blocked, false, [.. NftExemptions.Rules(Options, Allowed, direction), .. Stops(direction)]);
            yield return new(direction.Ranges, false, [.. Finds(direction, set => set.IsGated)]);
        }

        if (IsHooked("input"))
        {
            yield return Hook("input", Direction.Source);
        }

        if (IsHooked("forward"))
        {
            yield return Hook("forward", directions);
        }

        if (Options.Outbound)
        {
            yield return Hook("output", Direction.Destination);
        }
    }

    /// <summary>The lines that write the table in one transaction, regardless of which rules exist: packets always meet either the
    /// old rules or the new ones.</summary>
    /// <param name="rebuilds">Whether the table is deleted first, with all its elements.</param>
    /// <param name="foreign">Other objects in the table that are removed.</param>
    /// <param name="surplus">Sets in the table that are removed.</param>
    internal IEnumerable<string> Lines(bool rebuilds, IReadOnlyCollection<NftObject> foreign, IEnumerable<NftSet> surplus)
    {
        var table = Options.Name;
        yield return $"add table inet {table}";
        if (rebuilds)
        {
            yield return $"delete table inet {table}";
            yield return $"add table inet {table}";
        }

        var strangers = foreign.Where(thing => thing.Kind == "chain").Select(chain => chain.Name);
        foreach (var name in ChainNames)
        {
            yield return $"add chain inet {table} {name}";
        }

        foreach (var name in strangers.Concat(ChainNames))
        {
            yield return $"flush chain inet {table} {name}";
        }

        foreach (var (kind, name) in foreign.Where(thing => thing.Kind is "set" or "map"))
        {
            yield return $"delete {kind} inet {table} {name}";
        }

        foreach (var name in strangers.Concat(ChainNames))
        {
            yield return $"delete chain inet {table} {name}";
        }

        foreach (var set in surplus)
        {
            yield return $"delete {set.Kind} inet {table} {set.Name}";
        }

        foreach (var (kind, name) in foreign.Where(thing => thing.Kind is not ("chain" or "set" or "map")))
        {
            yield return $"delete {kind} inet {table} {name}";
        }

        foreach (var counter in NftProcessed.Names.Concat(Slugs.Order(StringComparer.Ordinal).Select(slug => CounterPrefix + slug)))
        {
            yield return $"add counter inet {table} {counter}";
        }

        foreach (var set in Sets.Order())
        {
            yield return $"add {set.Kind} inet {table} {set.Name} {set.Definition}";
        }

        foreach (var line in Chains().SelectMany(ChainLines))
        {
            yield return line;
        }
    }

    /// <summary>The chains by name, each as <see cref="NftStructure.Chains"/> gives it once it is written.</summary>
    internal IReadOnlyDictionary<string, string> Outlines() => Chains().ToDictionary(chain => chain.Name, chain =>
        (chain.IsBase ? string.Create(CultureInfo.InvariantCulture, $"filter {chain.Name} {Options.Nftables.Priority} accept") : "")
        + string.Concat(chain.Rules.Select(rule => $" {NftMark.Of(rule.Text)}{rule.Effect}")));

    private IEnumerable<string> ChainLines(NftChain chain)
    {
        var head = $"inet {Options.Name} {chain.Name}";
        var hook = chain.IsBase
            ? string.Create(CultureInfo.InvariantCulture, $" {{ type filter hook {chain.Name} priority {Options.Nftables.Priority}; policy accept; }}")
            : "";
        return chain.Rules.Select(rule => $"add rule {head} {rule.Text} comment \"{NftMark.Of(rule.Text)}\"").Prepend($"add chain {head}{hook}");
    }

    private NftChain Hook(string name, params IEnumerable<Direction> directions) =>
        new(name, true, [.. NftProcessed.Rules, .. directions.SelectMany(direction => Finds(direction, set => !set.IsGated))]);

    private IEnumerable<NftRule> Finds(Direction direction, Func<NftSet, bool> which) =>
        from set in Sets.Where(which).Order()
        select NftRule.Jump($"{set.Header} {direction.Field}{set.Mask}", set, set.IsGate ? direction.Ranges : direction.Blocked);

    private IEnumerable<NftRule> Stops(Direction direction) =>
        from set in Sets.Where(set => !set.IsGate).Order()
        select NftRule.Count($"{set.Header} {direction.Field}{set.Mask}", set, Refuse);

    private IEnumerable<NftRule> RefuseRules()
    {
        var options = Options.Nftables;
        if (options.LogPrefix is { } prefix)
        {
            yield return NftRule.Log(string.Create(CultureInfo.InvariantCulture, $"limit rate {options.LogsPerMinute}/minute burst 5 packets"), prefix);
        }

        if (options.Verdict == PacketVerdict.Drop)
        {
            yield return NftRule.Drop();
        }
        else
        {
            yield return NftRule.Reject("meta l4proto tcp ", "tcp reset");
            yield return NftRule.Reject("", "icmpx type admin-prohibited");
        }
    }

    private bool IsHooked(string hook) =>
        Options.Nftables.Hooks is not { Count: > 0 } hooks || hooks.Contains(hook, StringComparer.OrdinalIgnoreCase);
}

using System.Globalization;
using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Nftables;

/// <summary>Everything of our table but the elements, as it should be, and how it is written.</summary>
/// <param name="Options">The settings.</param>
/// <param name="Allowed">The networks that are never blocked.</param>
/// <param name="Sets">The sets.</param>
internal sealed record NftRuleset(FirewallOptions Options, IReadOnlyList<Prefix> Allowed, IReadOnlySet<NftSet> Sets)
{
    private const string Sources = "sources";
    private const string Destinations = "destinations";

    /// <summary>All chains that there may be, those that jump before those that are jumped to.</summary>
    internal static IReadOnlyList<string> ChainNames { get; } = ["input", "forward", "output", Sources, Destinations];

    /// <summary>The chains, those that are jumped to before those that jump.</summary>
    internal IEnumerable<NftChain> Chains()
    {
        var (outbound, loopback) = (Options.Outbound, " \"lo\" return");
        yield return new(Sources, false, [.. Matches("saddr")]);
        if (outbound)
        {
            yield return new(Destinations, false, [.. Matches("daddr")]);
        }

        if (IsHooked("input"))
        {
            yield return new("input", true, [$"iifname{loopback}", $"jump {Sources}"]);
        }

        if (IsHooked("forward"))
        {
            yield return new("forward", true, outbound ? [$"jump {Sources}", $"jump {Destinations}"] : [$"jump {Sources}"]);
        }

        if (outbound)
        {
            yield return new("output", true, [$"oifname{loopback}", $"jump {Destinations}"]);
        }
    }

    /// <summary>The lines that make the table so in one transaction, whatever rules of ours there are: packets meet the old rules
    /// or the new ones, never none.</summary>
    /// <param name="anew">Whether the table goes first, with all its elements.</param>
    /// <param name="surplusSets">Sets that are there and go.</param>
    /// <param name="surplusCounters">Counters that are there and go.</param>
    internal IEnumerable<string> Lines(bool anew, IEnumerable<NftSet> surplusSets, IEnumerable<string> surplusCounters)
    {
        var table = Options.Name;
        yield return $"add table inet {table}";
        if (anew)
        {
            yield return $"delete table inet {table}";
            yield return $"add table inet {table}";
        }

        foreach (var verb in new[] { "add", "flush", "delete" })
        {
            foreach (var name in ChainNames)
            {
                yield return $"{verb} chain inet {table} {name}";
            }
        }

        foreach (var name in surplusSets.Select(set => $"set inet {table} {set.Name}").Concat(surplusCounters.Select(slug => $"counter inet {table} {Counter(slug)}")))
        {
            yield return $"delete {name}";
        }

        foreach (var slug in Sets.Select(set => set.Slug).Distinct().Order(StringComparer.Ordinal))
        {
            yield return $"add counter inet {table} {Counter(slug)}";
        }

        foreach (var set in Sets.Order())
        {
            yield return $"add set inet {table} {set.Name} {{ type {set.Type}; flags timeout; }}";
        }

        foreach (var line in Chains().SelectMany(chain => ChainLines(chain)))
        {
            yield return line;
        }
    }

    /// <summary>The chains by name, each as <see cref="NftStructure.Chains"/> gives it once it is written.</summary>
    internal IReadOnlyDictionary<string, string> Outlines() => Chains().ToDictionary(chain => chain.Name, chain =>
        (chain.IsBase ? string.Create(CultureInfo.InvariantCulture, $"filter {chain.Name} {Options.Nftables.Priority} accept") : "")
        + string.Concat(chain.Rules.Select(rule => " " + NftMark.Of(rule))));

    /// <summary>The counter of an origin's packets.</summary>
    internal static string Counter(string slug) => $"origin_{slug}";

    private IEnumerable<string> ChainLines(NftChain chain)
    {
        var head = $"inet {Options.Name} {chain.Name}";
        var hook = chain.IsBase
            ? string.Create(CultureInfo.InvariantCulture, $" {{ type filter hook {chain.Name} priority {Options.Nftables.Priority}; policy accept; }}")
            : "";
        return chain.Rules.Select(rule => $"add rule {head} {rule} comment \"{NftMark.Of(rule)}\"").Prepend($"add chain {head}{hook}");
    }

    private IEnumerable<string> Matches(string field)
    {
        foreach (var family in Allowed.GroupBy(network => network.IsIPv4))
        {
            yield return $"{(family.Key ? "ip" : "ip6")} {field} {{ {string.Join(", ", family)} }} return";
        }

        var verdict = Options.Nftables.Verdict == PacketVerdict.Reject ? "reject with icmpx type admin-prohibited" : "drop";
        foreach (var set in Sets.Order())
        {
            yield return $"{set.Header} {field}{set.Mask} @{set.Name} counter name \"{Counter(set.Slug)}\" {verdict}";
        }
    }

    private bool IsHooked(string hook) =>
        Options.Nftables.Hooks is not { Count: > 0 } hooks || hooks.Contains(hook, StringComparer.OrdinalIgnoreCase);
}

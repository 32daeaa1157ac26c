using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>The last known state of the rules in Windows. Not thread-safe.</summary>
internal sealed class RuleTable
{
    private readonly Dictionary<(RuleDirection Direction, bool IsIPv4, int Bucket), List<KnownRule>> _rules = [];

    /// <summary>Names that a new rule cannot have although no correct rule has them.</summary>
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    internal IEnumerable<KnownRule> All => _rules.Values.SelectMany(rules => rules);

    internal void Clear()
    {
        _rules.Clear();
        _taken.Clear();
    }

    internal void Take(string text) => _taken.Add(text);

    internal void Free(string text) => _taken.Remove(text);

    internal IReadOnlyList<KnownRule> Of(RuleDirection direction, bool isIPv4, int bucket) =>
        _rules.TryGetValue((direction, isIPv4, bucket), out var rules) ? rules : [];

    internal void Set(KnownRule rule)
    {
        var name = rule.Name;
        Remove(name);
        if (!_rules.TryGetValue((name.Direction, name.IsIPv4, name.Bucket), out var rules))
        {
            _rules[(name.Direction, name.IsIPv4, name.Bucket)] = rules = new(1);
        }

        rules.Add(rule);
    }

    internal void Remove(RuleName name)
    {
        if (_rules.TryGetValue((name.Direction, name.IsIPv4, name.Bucket), out var rules) && rules.RemoveAll(rule => rule.Name == name) > 0 && rules.Count == 0)
        {
            _rules.Remove((name.Direction, name.IsIPv4, name.Bucket));
        }
    }

    /// <summary>The first page of a bucket that has no rule.</summary>
    internal RuleName FreePage(RuleDirection direction, bool isIPv4, int bucket, string prefix, HashSet<RuleName> planned)
    {
        var name = new RuleName(direction, isIPv4, bucket, Page: 0);
        while (planned.Contains(name) || _taken.Contains(name.ToText(prefix)) || Of(direction, isIPv4, bucket).Any(rule => rule.Name == name))
        {
            name = name with { Page = name.Page + 1 };
        }

        planned.Add(name);
        return name;
    }

    /// <summary>The addresses that the rules of a direction and family block.</summary>
    internal RangeSet InForce(RuleDirection direction, bool isIPv4) => RangeSet.Of(
        All.Where(rule => rule.IsEnabled && rule.Name.Direction == direction && rule.Name.IsIPv4 == isIPv4)
            .SelectMany(rule => rule.Ranges?.Ranges ?? []));
}

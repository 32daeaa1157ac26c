using Bouncer.Firewall.Networks;

namespace Bouncer.Firewall.Windows;

/// <summary>Collects the steps of a plan and orders them.</summary>
/// <param name="rules">The existing rules.</param>
/// <param name="prefix">The prefix of all rules' names.</param>
internal sealed class PlannedSteps(RuleTable rules, string prefix)
{
    private readonly List<RuleStep> _first = [];
    private readonly List<RuleStep> _creates = [];
    private readonly List<RuleStep.Write> _writes = [];
    private readonly List<RuleStep> _deletes = [];
    private readonly HashSet<RuleName> _planned = [];
    private readonly HashSet<string> _dropped = new(StringComparer.Ordinal);

    internal bool IsEmpty => _first.Count + _creates.Count + _writes.Count + _deletes.Count == 0;

    // When buckets are split, networks move to a higher bucket: its rule must contain them before they are removed from the lower
    // one.
    internal IReadOnlyList<RuleStep> InOrder() => [.. _first, .. _creates, .. _writes.OrderByDescending(write => write.Name.Bucket), .. _deletes];

    /// <summary>Removes the rules with a name that cannot be kept.</summary>
    internal void Drop(string text, string difference, bool isFirst)
    {
        if (_dropped.Add(text))
        {
            (isFirst ? _first : _deletes).Add(new RuleStep.Drop(text, difference));
        }
    }

    /// <summary>Plans the steps after which the rules of a bucket contain its pages, in any order.</summary>
    internal void Reach(RuleDirection direction, bool isIPv4, int bucket, List<RangeSet> pages)
    {
        var there = rules.Of(direction, isIPv4, bucket);
        if (there.Count == 1 && pages.Count == 1 && there[0].IsEnabled && pages[0].Equals(there[0].Ranges))
        {
            return;
        }

        List<KnownRule> others = [.. there];
        List<RangeSet> missing = [];
        foreach (var page in pages)
        {
            var at = others.FindIndex(rule => page.Equals(rule.Ranges));
            if (at < 0)
            {
                missing.Add(page);
                continue;
            }

            if (!others[at].IsEnabled)
            {
                Write(others[at], page);
            }

            others.RemoveAt(at);
        }

        // Only one rule is overwritten: when all other pages are written, everything that is removed from it is in another rule.
        if (others.Count > 0 && missing.Count > 0)
        {
            Write(others[0], missing[0]);
            others.RemoveAt(0);
            missing.RemoveAt(0);
        }

        foreach (var page in missing)
        {
            var name = rules.FreePage(direction, isIPv4, bucket, prefix, _planned);
            _creates.Add(new RuleStep.Create(name.ToText(prefix), name, page));
        }

        foreach (var rule in others)
        {
            (BlocksTooMuch(rule) ? _first : _deletes).Add(new RuleStep.Delete(rule.Name.ToText(prefix), rule.Name));
        }
    }

    private void Write(KnownRule rule, RangeSet page)
    {
        var write = new RuleStep.Write(rule.Name.ToText(prefix), rule.Name, page, rule.Ranges);
        if (BlocksTooMuch(rule))
        {
            _first.Add(write);
        }
        else
        {
            _writes.Add(write);
        }
    }

    private static bool BlocksTooMuch(KnownRule rule) => rule is { IsEnabled: true, Ranges: null };
}

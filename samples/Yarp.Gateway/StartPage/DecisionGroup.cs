using Bouncer;

namespace Gateway.StartPage;

// How many decisions of one scope and type are held.
internal sealed record DecisionGroup(string Scope, string Type, int Count)
{
    public static IEnumerable<DecisionGroup> Of(IEnumerable<Decision> decisions) => decisions
        .CountBy(decision => (decision.Scope, decision.Remediation))
        .Select(group => new DecisionGroup(group.Key.Scope.Name, group.Key.Remediation.Name, group.Value))
        .OrderByDescending(group => group.Count).ThenBy(group => group.Scope, StringComparer.Ordinal).ThenBy(group => group.Type, StringComparer.Ordinal);
}

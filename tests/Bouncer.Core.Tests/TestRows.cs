using System.Text;
using Bouncer.Decisions;
using Bouncer.Lapi.Wire;

namespace Bouncer.Tests;

/// <summary>Puts decisions into rows as the wire's reader does.</summary>
internal static class TestRows
{
    internal static DecisionRows Of(params IEnumerable<Decision> decisions)
    {
        var rows = new DecisionRows();
        foreach (var decision in decisions)
        {
            var kind = rows.Intern(new(decision.Origin, decision.Scenario, decision.Scope, decision.Type, decision.Remediation));
            if (decision.Prefix is not { } prefix)
            {
                rows.Add(IdOf(decision), kind, decision.Value, decision.Deadline);
                continue;
            }

            var isPlain = PrefixText.Is(Encoding.UTF8.GetBytes(decision.Value), prefix, decision.Scope);
            rows.Add(IdOf(decision), kind, prefix, isPlain ? null : decision.Value, decision.Deadline);
        }

        return rows;
    }

    /// <summary>The ids by which decisions are known.</summary>
    internal static IReadOnlyList<long> Ids(params IEnumerable<Decision> decisions) => [.. decisions.Select(IdOf)];

    internal static long IdOf(Decision decision) =>
        decision.Id != 0 ? decision.Id : SubstituteId.Of(decision.Scope.Name, decision.Type, Encoding.UTF8.GetBytes(decision.Value));
}

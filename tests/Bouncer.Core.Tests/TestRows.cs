using System.Text;
using Bouncer.Decisions;

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
                rows.Add(decision.Id, kind, decision.Value, decision.Deadline);
                continue;
            }

            var isPlain = PrefixText.Is(Encoding.UTF8.GetBytes(decision.Value), prefix, decision.Scope);
            rows.Add(decision.Id, kind, prefix, isPlain ? null : decision.Value, decision.Deadline);
        }

        return rows;
    }
}

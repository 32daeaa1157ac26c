using Bouncer.Testing;

namespace Bouncer.AspNetCore.Tests.Engines;

/// <summary>Puts decisions into a Local API.</summary>
internal static class Deciding
{
    extension(DecisionDatabase database)
    {
        /// <summary>Replaces the decisions on an address or network.</summary>
        internal DecisionDatabase Decide(string address, params Remediation[] remediations) => database.Replace(null, address, remediations);

        /// <summary>Replaces the decisions on a value of another scope.</summary>
        internal DecisionDatabase Decide(DecisionScope scope, string value, params Remediation[] remediations) => database.Replace(scope.Name, value, remediations);

        internal DecisionDatabase Ban(string address) => database.Decide(address, Remediation.Ban);

        private DecisionDatabase Replace(string? scope, string value, Remediation[] remediations)
        {
            // Not ended, but gone: on a clock that stands still, LAPI would list what ends now and still have it.
            database.RemoveWhere(row => row.Value == value);
            foreach (var remediation in remediations)
            {
                database.Add(value, type: remediation.Name, scope: scope, scenario: "<script>scenario</script>");
            }

            return database;
        }
    }
}

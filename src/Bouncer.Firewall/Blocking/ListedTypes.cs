using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Blocking;

/// <summary>The types of decisions that go into the firewall, and no other: one that is not defined is no reason to cut off
/// a visitor from every port.</summary>
internal sealed class ListedTypes(IOptions<FirewallOptions> options)
{
    private readonly HashSet<Remediation> _types =
        options.Value.Types is { Count: > 0 } types ? [.. types.Select(type => new Remediation(type))] : [Remediation.Ban];

    /// <summary>The types that the settings name, and whether a decision has one.</summary>
    internal IEnumerable<(string Name, Func<Decision, bool> IsIn)> Named => (options.Value.Types ?? []).Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(type => (type, (Func<Decision, bool>)(decision => decision.Remediation == new Remediation(type))));

    internal bool Include(Decision decision) => _types.Contains(decision.Remediation);
}

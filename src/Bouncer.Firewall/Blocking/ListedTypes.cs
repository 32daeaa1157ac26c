using Microsoft.Extensions.Options;

namespace Bouncer.Firewall.Blocking;

/// <summary>The types of decisions that are applied to the firewall. An undefined type is not replaced by the fallback, because
/// that would block the visitor from every port.</summary>
internal sealed class ListedTypes(IOptions<FirewallOptions> options)
{
    private readonly HashSet<Remediation> _types =
        options.Value.Types is { Count: > 0 } types ? [.. types.Select(type => new Remediation(type))] : [Remediation.Ban];

    /// <summary>The types in the settings, each with a test whether a decision has it.</summary>
    internal IEnumerable<(string Name, Func<Decision, bool> IsIn)> Named => (options.Value.Types ?? []).Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(type => (type, (Func<Decision, bool>)(decision => decision.Remediation == new Remediation(type))));

    internal bool Include(Decision decision) => _types.Contains(decision.Remediation);
}

using System.Collections.Frozen;

namespace Bouncer;

/// <summary>The order of remediations by strength, fixed at the start. An undefined name is treated as the fallback.</summary>
internal sealed class RemediationSeverities
{
    private static readonly RemediationDefinition[] BuiltIn =
    [
        new(Remediation.Ban, 1000),
        new(Remediation.Mfa, 300),
        new(Remediation.Captcha, 200),
        new(Remediation.Throttle, 100),
    ];

    private readonly FrozenDictionary<Remediation, int> _severities;

    /// <param name="defined">The remediations defined in addition to the built-in ones; the last definition of a name
    /// applies.</param>
    /// <param name="fallback">The remediation that replaces an undefined one.</param>
    internal RemediationSeverities(IEnumerable<RemediationDefinition> defined, Remediation fallback)
    {
        _severities = BuiltIn.Concat(defined)
            .GroupBy(definition => definition.Remediation)
            .ToFrozenDictionary(group => group.Key, group => group.Last().Severity);
        Fallback = fallback;
    }

    internal Remediation Fallback { get; }

    /// <summary>The defined names, for messages.</summary>
    internal IEnumerable<string> Names => _severities.Keys.Select(remediation => remediation.Name).Order(StringComparer.Ordinal);

    internal bool IsKnown(Remediation remediation) => remediation.IsNone || _severities.ContainsKey(remediation);

    /// <summary>Returns the remediation itself if it is defined, otherwise the fallback.</summary>
    internal Remediation Resolve(Remediation remediation) =>
        IsKnown(remediation) ? remediation : Fallback;

    /// <summary>The strength of a remediation; 0 for none.</summary>
    internal int Of(Remediation remediation) => _severities.GetValueOrDefault(Resolve(remediation));
}

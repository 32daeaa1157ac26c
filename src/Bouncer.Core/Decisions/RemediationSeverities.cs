using System.Collections.Frozen;

namespace Bouncer;

/// <summary>The order of remediations by strength, fixed at start. A name it does not know ranks, and is treated, as the
/// fallback.</summary>
internal sealed class RemediationSeverities
{
    internal static readonly KeyValuePair<Remediation, int>[] BuiltIn =
    [
        new(Remediation.Ban, 1000),
        new(Remediation.Mfa, 300),
        new(Remediation.Captcha, 200),
        new(Remediation.Throttle, 100),
    ];

    private readonly FrozenDictionary<Remediation, int> _severities;

    internal RemediationSeverities(IEnumerable<KeyValuePair<Remediation, int>> defined, Remediation fallback)
    {
        var severities = new Dictionary<Remediation, int>(BuiltIn);
        foreach (var (remediation, severity) in defined)
        {
            severities[remediation] = severity;
        }

        _severities = severities.ToFrozenDictionary();
        Fallback = fallback;
    }

    internal Remediation Fallback { get; }

    internal bool IsDefined(Remediation remediation) => _severities.ContainsKey(remediation);

    /// <summary>What a decision's remediation comes to: itself if known, else the fallback.</summary>
    internal Remediation Resolve(Remediation remediation) =>
        remediation.IsNone || _severities.ContainsKey(remediation) ? remediation : Fallback;

    /// <summary>The strength of a remediation; 0 for none.</summary>
    internal int Of(Remediation remediation) => _severities.GetValueOrDefault(Resolve(remediation));
}

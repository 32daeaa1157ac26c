using Bouncer.AspNetCore.ClientAddress;


namespace Bouncer.AspNetCore.Policies;

/// <summary>Ranks remediations in the web layer, which has one that the engine does not know. The engine would rank the 400 for
/// an address that cannot be determined like the fallback; here it is the strongest of all.</summary>
internal static class Strength
{
    /// <returns>0 for none, and more for everything else.</returns>
    internal static int Of(Remediation remediation, IBouncer bouncer) =>
        remediation.IsNone ? 0
        : remediation == UnresolvedRemediation.Refuse ? int.MaxValue
        : Math.Max(1, bouncer.SeverityOf(remediation));
}

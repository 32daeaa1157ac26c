namespace Bouncer.AspNetCore.Policies;

/// <summary>The remediation that exists only in the web layer: 400 for a request whose client's address cannot be
/// determined.</summary>
internal static class UnresolvedRemediation
{
    /// <summary>The remediation with the name that settings use.</summary>
    internal static Remediation Refuse { get; } = new("refuse");
}

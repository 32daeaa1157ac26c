namespace Bouncer.AspNetCore.Policies;

/// <summary>The remediation that exists in the web layer alone: 400 for a request whose client's address cannot be determined.</summary>
internal static class UnresolvedRemediation
{
    /// <summary>The name by which settings ask for it.</summary>
    internal static Remediation Refuse { get; } = new("refuse");
}

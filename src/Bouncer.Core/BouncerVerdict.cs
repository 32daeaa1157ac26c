namespace Bouncer;

/// <summary>What is to happen to a client, and on what ground.</summary>
/// <param name="Remediation">What is to happen; a name nobody defined is already replaced by the fallback.</param>
/// <param name="Decision">The strongest decision that covers the client, or null.</param>
/// <param name="Source">Where the verdict comes from.</param>
public readonly record struct BouncerVerdict(Remediation Remediation, Decision? Decision, VerdictSource Source)
{
    /// <summary>Whether the client passes.</summary>
    public bool IsAllowed => Remediation.IsNone;
}

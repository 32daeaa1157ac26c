namespace Bouncer.AspNetCore.Policies;

/// <summary>What a policy did to a verdict: which of its settings changed the remediation.</summary>
/// <param name="Rule">The number of the rule that applied; null if none did.</param>
/// <param name="IsMapped">Whether its map replaced the remediation.</param>
/// <param name="IsLimited">Whether the remediation was stronger than its maximum.</param>
/// <param name="IsLeftOut">Whether it uses no decisions.</param>
internal readonly record struct PolicyChange(int? Rule, bool IsMapped, bool IsLimited, bool IsLeftOut = false);

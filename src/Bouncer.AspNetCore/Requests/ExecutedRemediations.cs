using Bouncer.AspNetCore.Policies;


namespace Bouncer.AspNetCore.Requests;

/// <summary>What was carried out for one request already: which handler, under which policy. A challenge counts for all policies: a
/// client has one clearance at a time, so two captchas would ask in turn for ever.</summary>
internal sealed class ExecutedRemediations(RemediationRegistry registry)
{
    private readonly HashSet<(BouncerPolicy? Policy, Remediation Remediation)> _done = [];

    internal void Add(BouncerPolicy policy, Remediation remediation) => _done.Add(KeyOf(policy, remediation));

    /// <summary>Whether there is something to carry out that was not.</summary>
    internal bool Lacks(in PolicyOutcome ruling) =>
        registry.Find(ruling.Remediation) is not null && !_done.Contains(KeyOf(ruling.Policy, ruling.Remediation));

    private (BouncerPolicy?, Remediation) KeyOf(BouncerPolicy policy, Remediation remediation) =>
        (registry.Find(remediation) is IChallengeHandler ? null : policy, registry.NameOf(remediation));
}

using Bouncer.AspNetCore.Policies;

namespace Bouncer.AspNetCore.Requests;

/// <summary>The handlers that were already executed for a request, each with its policy. A challenge counts for all policies: a
/// client has one clearance at a time, so two captchas would alternate forever.</summary>
internal sealed class ExecutedRemediations(RemediationRegistry registry)
{
    private readonly HashSet<(BouncerPolicy? Policy, Remediation Remediation)> _done = [];

    internal void Add(BouncerPolicy policy, Remediation remediation) => _done.Add(KeyOf(policy, registry.Find(remediation)));

    /// <summary>Whether an outcome has a handler that was not executed yet.</summary>
    internal bool CanExecute(in PolicyOutcome outcome) =>
        registry.Find(outcome.Remediation) is { } registered && !_done.Contains(KeyOf(outcome.Policy, registered));

    private static (BouncerPolicy?, Remediation) KeyOf(BouncerPolicy policy, RegisteredRemediation? registered) =>
        (registered is { IsChallenge: true } ? null : policy, registered?.Remediation ?? Remediation.None);
}

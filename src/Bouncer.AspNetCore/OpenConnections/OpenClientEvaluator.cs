using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>Checks a client that was let through again, as a new request of it would be checked; hooks and handlers are not
/// called. Only a ban ends an open request: the other remediations wait for the client's next request.</summary>
internal sealed class OpenClientEvaluator(HttpSettingsProvider settings, IBouncer bouncer, PolicyEvaluator evaluator, RemediationRegistry registry)
{
    /// <returns>Whether the client is now banned; null if nothing is known about it.</returns>
    internal async ValueTask<bool?> IsBannedAsync(OpenClient client, CancellationToken cancellationToken)
    {
        var current = settings.Current;
        var policy = PolicyOf(client, current.Policies);
        var isAmbiguous = client.IsAmbiguous;
        if ((policy.IsDryRun || !policy.UsesDecisions) && !isAmbiguous)
        {
            return false;
        }

        var verdict = await bouncer.CheckAsync(client.Address, cancellationToken);
        var others = OthersOf(client);
        if (verdict is { IsAllowed: true, Decision: null, IsStale: false, Source: VerdictSource.Store or VerdictSource.Live or VerdictSource.NotChecked } && others is null)
        {
            return false;
        }

        // The setting for clients about which nothing is known applies to new requests: an outage ends no open ones.
        var isKnown = verdict.Source is not (VerdictSource.Unavailable or VerdictSource.NotReady);

        // Whether a proxy should have named the client only decides about a 400, which does not end a request either.
        var request = new BouncerRequest(
            current, policy, client.Address, Own: null, isKnown ? verdict with { IsStale = false } : default, IsUnresolved: false, IsAmbiguous: isAmbiguous, Others: others);
        return IsBanned(request) ? true : isKnown ? false : null;
    }

    private ScopedVerdicts? OthersOf(in OpenClient client)
    {
        if (client.Values is not { } values)
        {
            return null;
        }

        List<BouncerVerdict>? others = null;
        foreach (var (scope, value) in values)
        {
            if (bouncer.CheckAll(scope, value) is { Count: > 0 } found)
            {
                (others ??= []).AddRange(found);
            }
        }

        return others is null ? null : new ScopedVerdicts(others);
    }

    /// <summary>The policy in effect. A request to an exempt endpoint is only here if other servers read its path differently:
    /// unambiguous ones are not checked.</summary>
    private static BouncerPolicy PolicyOf(in OpenClient client, EndpointPolicies policies) =>
        policies.For(client.Endpoint) is { Bypass: false } policy ? policy : policies.Default;

    /// <summary>Whether any outcome is a ban: a stronger remediation that does not refuse leaves the request to it.</summary>
    private bool IsBanned(in BouncerRequest request)
    {
        var done = new ExecutedRemediations(registry);
        while (evaluator.Next(request, done) is { } outcome)
        {
            if (registry.Find(outcome.Remediation) is { IsBan: true })
            {
                return true;
            }

            done.Add(outcome.Policy, outcome.Remediation);
        }

        return false;
    }
}

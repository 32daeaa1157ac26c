using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>Judges a client by more than its address. Of all verdicts the one counts of which the policy makes the strongest
/// remediation.</summary>
internal sealed class ScopeMatcher(IBouncer bouncer, ScopeResolvers resolvers, ILogger<ScopeMatcher> logger)
{
    private readonly IScopeResolver[] _resolvers = [.. resolvers.All];
    private readonly DecisionScope[] _scopes = [.. resolvers.All.Select(resolver => resolver.Scope)];

    /// <summary>Whether there is anything to match. Allocates nothing.</summary>
    internal bool HasDecisions
    {
        get
        {
            foreach (var scope in _scopes)
            {
                if (bouncer.HasDecisions(scope))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <remarks>Who is refused already costs no authentication. A trusted network's clients are matched like all others: a
    /// decision on an account is about the account.</remarks>
    internal async ValueTask<BouncerVerdict> MatchAsync(HttpContext context, BouncerPolicy policy, BouncerVerdict verdict)
    {
        foreach (var resolver in _resolvers)
        {
            if (policy.Apply(verdict) == Remediation.Ban)
            {
                break;
            }

            if (bouncer.HasDecisions(resolver.Scope))
            {
                verdict = Stronger(policy, verdict, await CheckAsync(context, resolver));
            }
        }

        return verdict;
    }

    private async ValueTask<BouncerVerdict> CheckAsync(HttpContext context, IScopeResolver resolver)
    {
        try
        {
            return await resolver.ResolveAsync(context, context.RequestAborted) is { } value ? bouncer.Check(resolver.Scope, value) : default;
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            logger.ScopeUnresolved(error, resolver.Scope.Name);
            return new BouncerVerdict(default, null, VerdictSource.Unavailable);
        }
    }

    private BouncerVerdict Stronger(BouncerPolicy policy, in BouncerVerdict one, in BouncerVerdict other)
    {
        if (other == default || (one.Source == VerdictSource.Trusted && other.Decision is null))
        {
            return one;
        }

        var more = bouncer.SeverityOf(policy.Apply(other)) - bouncer.SeverityOf(policy.Apply(one));
        return more > 0 || (more == 0 && one.Decision is null) ? other : one;
    }
}

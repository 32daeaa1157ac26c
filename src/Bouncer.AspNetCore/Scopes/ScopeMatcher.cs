using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>Finds the verdicts on what a client is known by beside its address.</summary>
internal sealed class ScopeMatcher(IBouncer bouncer, ScopeResolvers resolvers, PolicyJudge judge, ILogger<ScopeMatcher> logger)
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
    /// <returns>The verdicts; null if there are none.</returns>
    internal async ValueTask<IReadOnlyList<BouncerVerdict>?> MatchAsync(HttpContext context, CheckedRequest request, BouncerVerdict verdict)
    {
        List<BouncerVerdict> found = [];
        foreach (var resolver in _resolvers)
        {
            if (judge.Judge(request with { Others = found }, verdict).Remediation == Remediation.Ban)
            {
                break;
            }

            if (bouncer.HasDecisions(resolver.Scope))
            {
                found.AddRange(await CheckAsync(context, resolver, verdict.Source));
            }
        }

        return found.Count == 0 ? null : found;
    }

    private async ValueTask<IReadOnlyList<BouncerVerdict>> CheckAsync(HttpContext context, IScopeResolver resolver, VerdictSource source)
    {
        try
        {
            return await resolver.ResolveAsync(context, context.RequestAborted) is { } value ? bouncer.CheckAll(resolver.Scope, value) : [];
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            logger.ScopeUnresolved(error, resolver.Scope.Name);
            return source == VerdictSource.Trusted ? [] : [new BouncerVerdict(default, null, VerdictSource.Unavailable)];
        }
    }
}

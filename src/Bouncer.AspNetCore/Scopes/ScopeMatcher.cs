using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>Finds the verdicts on what a client is known by beside its address.</summary>
internal sealed class ScopeMatcher(IBouncer bouncer, ScopeResolvers resolvers, PolicyJudge judge, ILogger<ScopeMatcher> logger)
{
    private readonly IScopeResolver[] _resolvers = [.. resolvers.All];
    private readonly DecisionScope[] _scopes = [.. resolvers.All.Select(resolver => resolver.Scope)];

    /// <summary>How many scopes there are to match.</summary>
    internal int Count => _resolvers.Length;

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

    /// <remarks>Who is to be refused costs no authentication: the rest is found if it comes to no refusal. A trusted network's
    /// clients are matched like all others: a decision on an account is about the account.</remarks>
    /// <returns>The verdicts; null if there are none.</returns>
    internal async ValueTask<ScopedVerdicts?> MatchAsync(HttpContext context, CheckedRequest request)
    {
        var others = new ScopedVerdicts(this, context, request.Verdict.Source);
        request = request with { Others = others };
        while (!others.IsComplete && !IsRefusal(judge.Judge(request).Remediation))
        {
            await others.FindNextAsync();
        }

        return others is { IsComplete: true, Found: [] } ? null : others;
    }

    /// <summary>The verdicts on one of the values.</summary>
    internal async ValueTask<IReadOnlyList<BouncerVerdict>> CheckAsync(HttpContext context, int number, VerdictSource source)
    {
        var resolver = _resolvers[number];
        if (!bouncer.HasDecisions(resolver.Scope))
        {
            return [];
        }

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

    private static bool IsRefusal(Remediation remediation) => remediation == Remediation.Ban || remediation == UnresolvedHandler.Refuse;
}

using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>Finds the verdicts on what a client is known by beside its address.</summary>
internal sealed class ScopeMatcher(
    IBouncer bouncer, ScopeResolvers resolvers, PolicyJudge judge, HttpSettingsSource settings, ILogger<ScopeMatcher> logger)
{
    private readonly IScopeResolver[] _resolvers = [.. resolvers.All];
    private readonly bool _canBeTold = resolvers.All.Count > 0 && bouncer.Status.Mode == BouncerMode.Stream;
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

    /// <summary>Whether the client's values are to be known: because there is something to match, or because the request may
    /// still be there when there is.</summary>
    internal bool NeedsValues(HttpContext context) => HasDecisions || MayBeDecidedOn(context);

    /// <remarks>Who is to be refused costs no authentication: the rest is found if it comes to no refusal. A trusted network's
    /// clients pass whatever is decided on their address, and are matched like all others: a decision on an account is about the
    /// account.</remarks>
    /// <returns>What was found, as far as it is needed.</returns>
    internal async ValueTask<ScopedVerdicts> MatchAsync(HttpContext context, CheckedRequest request)
    {
        var others = new ScopedVerdicts(this, context, request.Verdict.Source);
        request = request with { Others = others };
        while (!others.IsComplete && !IsRefusal(judge.Judge(request).Remediation))
        {
            await others.FindNextAsync();
        }

        return others;
    }

    /// <summary>Finds one of the values and the verdicts on it.</summary>
    internal async ValueTask<IReadOnlyList<BouncerVerdict>> CheckAsync(
        HttpContext context, int number, VerdictSource source, List<(DecisionScope Scope, string Value)> values)
    {
        var resolver = _resolvers[number];
        if (!bouncer.HasDecisions(resolver.Scope) && !MayBeDecidedOn(context))
        {
            return [];
        }

        try
        {
            if (await resolver.ResolveAsync(context, context.RequestAborted) is not { } value)
            {
                return [];
            }

            values.Add((resolver.Scope, value));
            return bouncer.CheckAll(resolver.Scope, value);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            logger.ScopeUnresolved(error, resolver.Scope.Name);
            return source == VerdictSource.Trusted || !bouncer.HasDecisions(resolver.Scope) ? [] : [new BouncerVerdict(default, null, VerdictSource.Unavailable)];
        }
    }

    /// <summary>Whether decisions may come while the request is still there. In live mode none of these scopes do.</summary>
    private bool MayBeDecidedOn(HttpContext context) =>
        _canBeTold && settings.Current.EndsOpenConnections && RequestKind.OpensStream(context);

    private static bool IsRefusal(Remediation remediation) => remediation == Remediation.Ban || remediation == UnresolvedHandler.Refuse;
}

using Bouncer.AspNetCore.Enforcement;
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

    /// <remarks>Who is refused already costs no authentication. A trusted network's clients are matched like all others: a
    /// decision on an account is about the account.</remarks>
    /// <returns>The request with what was found.</returns>
    internal async ValueTask<CheckedRequest> MatchAsync(HttpContext context, CheckedRequest request, BouncerVerdict verdict)
    {
        List<BouncerVerdict> found = [];
        List<(DecisionScope Scope, string Value)> values = [];
        var mayBeDecidedOn = MayBeDecidedOn(context);
        foreach (var resolver in _resolvers)
        {
            if (judge.Judge(request with { Others = found }, verdict).Remediation == Remediation.Ban)
            {
                break;
            }

            if (mayBeDecidedOn || bouncer.HasDecisions(resolver.Scope))
            {
                found.AddRange(await CheckAsync(context, resolver, verdict.Source, values));
            }
        }

        return request with { Others = found.Count == 0 ? null : found, Values = values.Count == 0 ? null : values };
    }

    /// <summary>Whether decisions may come while the request is still there. In live mode none of these scopes do.</summary>
    private bool MayBeDecidedOn(HttpContext context) =>
        _canBeTold && settings.Current.EndsOpenConnections && RequestKind.OpensStream(context);

    private async ValueTask<IReadOnlyList<BouncerVerdict>> CheckAsync(
        HttpContext context, IScopeResolver resolver, VerdictSource source, List<(DecisionScope Scope, string Value)> values)
    {
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
}

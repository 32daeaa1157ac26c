using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Scopes;

/// <summary>Finds the verdicts on a client's values other than its address.</summary>
internal sealed class ScopeMatcher(
    IBouncer bouncer, ScopesInUse scopes, IServiceProvider services, PolicyEvaluator evaluator, ILogger<ScopeMatcher> logger)
    : IScopeChecker
{
    private readonly IScopeSource[] _sources = [.. scopes.All.Select(registered => registered.Create(services))];
    private readonly bool _canBeTold = scopes.All.Count > 0 && bouncer.Status.Mode == BouncerMode.Stream;
    private readonly DecisionScope[] _scopes = [.. scopes.All.Select(registered => registered.Scope)];

    public int Count => _sources.Length;

    /// <summary>Whether there is anything to match. Does not allocate.</summary>
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

    /// <summary>Whether the client's values are needed: because there is something to match, or because the request may still be
    /// open when there is.</summary>
    internal bool NeedsValues(HttpContext context, in BouncerRequest request) =>
        (request.Policy.UsesDecisions || AmbiguousRequest.Is(context.Request)) && (MayMatch(context, request) || MayBeDecidedOn(context, request.Settings));

    /// <remarks>A client that is refused anyway costs no authentication: the remaining values are found only if there is no
    /// refusal. Clients of a trusted network pass regardless of decisions on their address, but are matched like all others: a
    /// decision on an account applies to the account.</remarks>
    /// <returns>The verdicts that were found, as far as needed.</returns>
    internal async ValueTask<ScopedVerdicts> MatchAsync(HttpContext context, BouncerRequest request)
    {
        var others = new ScopedVerdicts(this, context, request);
        request = request with { Others = others };
        while (!others.IsComplete && !IsRefusal(evaluator.Evaluate(request).Remediation))
        {
            await others.FindNextAsync();
        }

        return others;
    }

    public async ValueTask<IReadOnlyList<BouncerVerdict>> CheckAsync(
        HttpContext context, int number, BouncerRequest request, List<(DecisionScope Scope, string Value)> values)
    {
        var scope = _scopes[number];
        if (!bouncer.HasDecisions(scope) && !MayBeDecidedOn(context, request.Settings))
        {
            return [];
        }

        try
        {
            var found = await _sources[number].FindAsync(context, request);
            return !found.IsKnown ? VerdictOnUnknown(scope, request)
                : found.Other is null ? Check(scope, found.Value, values)
                : [.. Check(scope, found.Value, values), .. Check(scope, found.Other, values)];
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            logger.ScopeUnresolved(error, scope.Name);
            return VerdictOnUnknown(scope, request);
        }
    }

    private IReadOnlyList<BouncerVerdict> Check(DecisionScope scope, string? value, List<(DecisionScope Scope, string Value)> values)
    {
        if (value is null)
        {
            return [];
        }

        values.Add((scope, value));
        return bouncer.CheckAll(scope, value);
    }

    private bool MayMatch(HttpContext context, in BouncerRequest request)
    {
        for (var i = 0; i < _sources.Length; i++)
        {
            if (bouncer.HasDecisions(_scopes[i]) && _sources[i].MayMatch(context, request))
            {
                return true;
            }
        }

        return false;
    }

    private BouncerVerdict[] VerdictOnUnknown(DecisionScope scope, in BouncerRequest request) =>
        request.Verdict.Source == VerdictSource.Trusted || !bouncer.HasDecisions(scope) ? [] : [new BouncerVerdict(default, null, VerdictSource.Unavailable)];

    /// <summary>Whether decisions may be added while the request is still open. In live mode there are none of these
    /// scopes.</summary>
    private bool MayBeDecidedOn(HttpContext context, HttpSettings settings) =>
        _canBeTold && settings.EndsOpenConnections && RequestKind.OpensStream(context);

    private static bool IsRefusal(Remediation remediation) => remediation == Remediation.Ban || remediation == UnresolvedRemediation.Refuse;
}

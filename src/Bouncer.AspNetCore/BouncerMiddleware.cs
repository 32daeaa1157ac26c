using System.Net;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Scopes;
using Bouncer.AspNetCore.Startup;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore;

/// <summary>Judges each request's client. A client without a decision costs no allocation and no state machine.</summary>
internal sealed class BouncerMiddleware(
    RequestDelegate next,
    BouncerRuntime runtime,
    IBouncer bouncer,
    HttpSettingsSource settings,
    ForwardedWalk walk,
    IClientAddressResolver addresses,
    HttpLayer layer,
    OwnPages pages,
    ScopeMatcher scopes,
    RemediationRunner runner,
    PipelineWatch watch,
    BouncerHttpMetrics metrics,
    ILogger<BouncerMiddleware> logger)
{
    // Kestrel makes RequestAborted when it is first read, under a lock: only a query over the network is worth that.
    private readonly bool _isLive = bouncer.Status.Mode == BouncerMode.Live;
    private readonly InnerHost? _host = runtime.Inner;
    private readonly ConnectionAddressResolver? _builtIn = addresses as ConnectionAddressResolver;

    public Task Invoke(HttpContext context)
    {
        if (!walk.IsInFront)
        {
            walk.Run(context);
        }

        var endpoint = EndpointOf(context);
        var page = pages.Find(context.Request.Path);
        var policy = page is null ? settings.Current.Policies.For(endpoint) : pages.PolicyOf(context.Request);
        if (policy.Bypass)
        {
            if (!IsTwoFaced(context.Request.Path.Value))
            {
                return next(context);
            }

            policy = settings.Current.Policies.Default;
        }

        return _host is { IsStarted: false } host ? WaitAndJudge(context, policy, page, host)
            : Judge(context, endpoint, policy, page);
    }

    /// <summary>Whether some servers read a path as another one, so that being exempt here would exempt the other: Tomcat takes
    /// <c>..;</c> for <c>..</c>, Windows a backslash for a slash.</summary>
    private static bool IsTwoFaced(string? path) =>
        path is not null && (path.Contains('\\', StringComparison.Ordinal) || path.Contains("..;", StringComparison.Ordinal));

    private Task Judge(HttpContext context, Endpoint? endpoint, BouncerPolicy policy, IOwnPage? page)
    {
        var hasUnusedEntries = ForwardedTraces.HasUnusedEntries(context.Request.Headers);
        var isWatched = watch.NeedsLook(context, endpoint, hasUnusedEntries);
        var address = _builtIn is { } builtIn ? builtIn.GetClientAddress(context, hasUnusedEntries) : addresses.GetClientAddress(context);
        if (layer.IsInPipelineTwice && WasJudged(context, policy, address))
        {
            return Next(context, isWatched);
        }

        var check = bouncer.CheckAsync(address, _isLive ? context.RequestAborted : CancellationToken.None);
        var request = new CheckedRequest(policy, address, page, address is null && walk.ShouldBeNamed(context));
        return check.IsCompletedSuccessfully
            ? Act(context, request, check.Result, isWatched)
            : AwaitAndAct(context, request, check, isWatched);
    }

    /// <summary>Whether another bouncer of the pipeline judged the same: the same client, by the same policy. Who the user is may
    /// have become known since.</summary>
    private bool WasJudged(HttpContext context, BouncerPolicy policy, IPAddress? address)
    {
        var judged = address ?? IPAddress.None;
        if (!scopes.HasDecisions
            && judged.Equals(context.Features[typeof(BouncerMiddleware)])
            && context.Features[typeof(IBouncerFeature)] is IBouncerFeature feature
            && string.Equals(feature.PolicyName, policy.Name, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        context.Features[typeof(BouncerMiddleware)] = judged;
        return false;
    }

    private Task Act(HttpContext context, in CheckedRequest request, in BouncerVerdict verdict, bool isWatched)
    {
        metrics.Checked(verdict.Source);
        return scopes.HasDecisions
            ? MatchAndGoOn(context, request, verdict, isWatched)
            : GoOn(context, request, verdict, isWatched);
    }

    private Task GoOn(HttpContext context, in CheckedRequest request, in BouncerVerdict verdict, bool isWatched) =>
        verdict is { IsAllowed: true, Decision: null, Source: VerdictSource.Store or VerdictSource.Live } && request is { Page: null, Others: null }
            ? Pass(context, request.Policy, verdict.Source, isWatched)
            : Remediate(context, request, verdict, isWatched);

    // By the type: the generic method of the interface costs more than the verdict.
    private Task Pass(HttpContext context, BouncerPolicy policy, VerdictSource source, bool isWatched)
    {
        context.Features[typeof(IBouncerFeature)] = policy.FeatureOf(source);
        return Next(context, isWatched);
    }

    private Task Next(HttpContext context, bool isWatched) =>
        isWatched ? watch.InvokeAndLook(context, next) : next(context);

    private Task Remediate(HttpContext context, in CheckedRequest request, in BouncerVerdict verdict, bool isWatched)
    {
        if (verdict.Source == VerdictSource.NotReady && !request.Policy.IsDryRun)
        {
            return RefuseUnready(context, request.Policy, verdict);
        }

        var run = runner.RunAsync(context, request, verdict);
        return !run.IsCompletedSuccessfully ? AwaitAndGoOn(context, run, isWatched)
            : run.Result != RemediationResult.Handled ? Next(context, isWatched)
            : Task.CompletedTask;
    }

    private async Task MatchAndGoOn(HttpContext context, CheckedRequest request, BouncerVerdict verdict, bool isWatched) =>
        await GoOn(context, request with { Others = await scopes.MatchAsync(context, request, verdict) }, verdict, isWatched);

    private async Task WaitAndJudge(HttpContext context, BouncerPolicy policy, IOwnPage? page, InnerHost host)
    {
        await host.WaitAsync(context.RequestAborted);
        await Judge(context, EndpointOf(context), policy, page);
    }

    private async Task AwaitAndAct(HttpContext context, CheckedRequest request, ValueTask<BouncerVerdict> check, bool isWatched) =>
        await Act(context, request, await check, isWatched);

    private async Task AwaitAndGoOn(HttpContext context, ValueTask<RemediationResult> run, bool isWatched)
    {
        if (await run != RemediationResult.Handled)
        {
            await Next(context, isWatched);
        }
    }

    // GetEndpoint calls a generic method of an interface, and finding that takes longer than the verdict.
    private static Endpoint? EndpointOf(HttpContext context) =>
        (context.Features[typeof(IEndpointFeature)] as IEndpointFeature)?.Endpoint;

    private Task RefuseUnready(HttpContext context, BouncerPolicy policy, in BouncerVerdict verdict)
    {
        NotReadyResponse.Write(context);
        metrics.Remediated(context.Features, verdict.Remediation.Name, verdict.Decision, policy.DisplayName, Outcome.NotReady);
        logger.NotReady();
        return Task.CompletedTask;
    }
}

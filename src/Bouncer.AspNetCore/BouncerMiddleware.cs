using System.Net;
using Bouncer.AspNetCore.AppSec;
using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Scopes;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore;

/// <summary>Checks the client of each request. A client without a decision costs no allocation and no state machine.</summary>
internal sealed class BouncerMiddleware(
    RequestDelegate next,
    BouncerServices services,
    IBouncer bouncer,
    HttpSettingsProvider settings,
    ForwardedWalk walk,
    IClientAddressResolver addresses,
    BouncerMarkerService marker,
    BouncerEndpoints endpoints,
    ScopeMatcher scopes,
    RemediationExecutor executor,
    AppSecInspector inspector,
    OpenRequests openRequests,
    PipelineMonitor monitor,
    BouncerHttpMetrics metrics,
    ILogger<BouncerMiddleware> logger)
{
    // Kestrel creates RequestAborted when it is first read, under a lock: only a query over the network justifies that.
    private readonly bool _isLive = bouncer.Status.Mode == BouncerMode.Live;
    private readonly EmbeddedHost? _host = services.Embedded;
    private readonly ConnectionAddressResolver? _builtIn = addresses as ConnectionAddressResolver;

    public Task Invoke(HttpContext context)
    {
        if (!walk.IsInFront)
        {
            walk.Run(context);
        }

        var current = settings.Current;
        var endpoint = EndpointOf(context);
        var own = endpoints.Find(current, context.Request.Path);
        var policy = own is null ? current.Policies.For(endpoint) : BouncerEndpoints.PolicyOf(current, context.Request);
        if (policy.Bypass)
        {
            if (!AmbiguousRequest.Is(context.Request))
            {
                return next(context);
            }

            policy = current.Policies.Default;
        }

        return _host is { IsStarted: false } host ? WaitAndCheck(context, current, policy, own, host)
            : Check(context, current, endpoint, policy, own);
    }

    private Task Check(HttpContext context, HttpSettings current, Endpoint? endpoint, BouncerPolicy policy, IBouncerEndpoint? own)
    {
        var hasUnusedEntries = ForwardedHeadersInspector.HasUnusedEntries(context.Request.Headers);
        var isWatched = monitor.NeedsLook(context, endpoint, hasUnusedEntries);
        var address = _builtIn is { } builtIn ? builtIn.GetClientAddress(context, hasUnusedEntries) : addresses.GetClientAddress(context);
        if (marker.IsInPipelineTwice && WasChecked(context, policy, address))
        {
            return Next(context, isWatched);
        }

        var generation = openRequests.Generation;
        var isUnresolved = address is null && walk.IsUnresolved(context);
        if (!policy.UsesDecisions && !AmbiguousRequest.Is(context.Request))
        {
            return Act(context, new(current, policy, isUnresolved ? context.Connection.RemoteIpAddress : address, own, WithoutDecisions(address), isUnresolved, endpoint, generation), isWatched);
        }

        if (isUnresolved && context.Connection.RemoteIpAddress is { } peer)
        {
            return CheckPeer(context, new(current, policy, peer, own, default, isUnresolved, endpoint, generation), isWatched);
        }

        var check = bouncer.CheckAsync(address, _isLive ? context.RequestAborted : CancellationToken.None);
        return check.IsCompletedSuccessfully
            ? Act(context, new(current, policy, address, own, check.Result, isUnresolved, endpoint, generation), isWatched)
            : AwaitAndAct(context, new(current, policy, address, own, default, isUnresolved, endpoint, generation), check, isWatched);
    }

    /// <summary>The verdict on a client whose decisions do not count.</summary>
    private BouncerVerdict WithoutDecisions(IPAddress? address) =>
        new(default, null, address is null ? VerdictSource.Unresolved : bouncer.IsTrusted(address) ? VerdictSource.Trusted : VerdictSource.NotChecked);

    /// <summary>Checks a client that a proxy should have named, by what is known about the peer's address.</summary>
    private async Task CheckPeer(HttpContext context, BouncerRequest request, bool isWatched)
    {
        var atHand = await bouncer.CheckAsync(request.PeerAddress, context.RequestAborted);
        var all = _isLive ? bouncer.CheckAll(request.PeerAddress, atHand) : null;
        var verdict = await bouncer.CheckAsync(null, CancellationToken.None);
        await Act(context, request with { Verdict = verdict, PeerVerdicts = all, IsPeerStale = atHand.IsStale }, isWatched);
    }

    /// <summary>Whether another bouncer of the pipeline checked the same client under the same policy. The user may have become
    /// known since.</summary>
    private bool WasChecked(HttpContext context, BouncerPolicy policy, IPAddress? address)
    {
        var key = address ?? IPAddress.None;
        if (!scopes.HasDecisions
            && key.Equals(context.Features[typeof(BouncerMiddleware)])
            && context.Features[typeof(IBouncerFeature)] is IBouncerFeature feature
            && string.Equals(feature.PolicyName, policy.Name, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        context.Features[typeof(BouncerMiddleware)] = key;
        return false;
    }

    private Task Act(HttpContext context, in BouncerRequest request, bool isWatched)
    {
        if (request.Others is null)
        {
            metrics.Checked(request.Verdict.Source, request.From);
            if (scopes.NeedsValues(context, request))
            {
                return MatchAndAct(context, request, isWatched);
            }
        }

        if (request is { Verdict: { IsAllowed: true, Decision: null, IsStale: false, Source: VerdictSource.Store or VerdictSource.Live or VerdictSource.NotChecked }, Own: null, Others: null or { IsEmpty: true } })
        {
            return Pass(context, request, request.Verdict.Source, isWatched);
        }

        // If other servers may read the path as one under another policy, all policies count.
        var applied = AmbiguousRequest.Is(context.Request) ? request with { IsAmbiguous = true } : request;
        if (applied is { Verdict.Source: VerdictSource.NotReady, IsEnforced: true })
        {
            return RefuseUnready(context, applied);
        }

        if (applied.Settings is { InspectsRequests: true, Options.AppSec.InspectRefused: true } && IsInspected(context, applied))
        {
            return InspectAndAct(context, applied, isWatched);
        }

        var run = executor.ExecuteAsync(context, applied);
        return !run.IsCompletedSuccessfully ? AwaitAndPass(context, applied, run, isWatched)
            : run.Result != RemediationResult.Handled ? PassRemediated(context, applied, isWatched)
            : Task.CompletedTask;
    }

    // Set by type: the interface's generic method costs more than the verdict.
    private Task Pass(HttpContext context, in BouncerRequest request, VerdictSource source, bool isWatched)
    {
        context.Features[typeof(IBouncerFeature)] = request.Policy.FeatureOf(source);
        if (request.Settings.InspectsRequests)
        {
            // A request that other servers may read as one under an inspected policy is inspected.
            var read = AmbiguousRequest.Is(context.Request) ? request with { IsAmbiguous = true } : request;
            if (IsInspected(context, read))
            {
                return InspectAndPass(context, read, isWatched);
            }
        }

        openRequests.Enter(context, request);
        return Next(context, isWatched);
    }

    /// <summary>Continues with a client that has decisions but was not refused because of them.</summary>
    private Task PassRemediated(HttpContext context, in BouncerRequest request, bool isWatched) =>
        request.Settings.InspectsRequests && IsInspected(context, request)
            ? InspectAndPass(context, request, isWatched)
            : PassInspected(context, request, isWatched);

    /// <summary>Whether AppSec inspects a request. Its challenge needs its own paths under every policy.</summary>
    private static bool IsInspected(HttpContext context, in BouncerRequest request) =>
        request is { Own: null, Verdict.Source: not VerdictSource.Trusted }
        && (request.Policy.IsInspected || request.OtherPolicies.Any(static policy => policy.IsInspected) || ChallengeHandler.IsOwn(context.Request.Path));

    private async Task InspectAndPass(HttpContext context, BouncerRequest request, bool isWatched)
    {
        var inspection = await inspector.InspectAsync(context, request);
        try
        {
            if (!await IsRefused(context, inspection))
            {
                await PassInspected(context, request, isWatched);
            }
        }
        finally
        {
            await inspection.EndAsync();
        }
    }

    /// <summary>Inspects a request before its client's decisions are acted on.</summary>
    private async Task InspectAndAct(HttpContext context, BouncerRequest request, bool isWatched)
    {
        var inspection = await inspector.InspectAsync(context, request);
        try
        {
            if (await executor.ExecuteAsync(context, request) != RemediationResult.Handled && !await IsRefused(context, inspection))
            {
                await PassInspected(context, request, isWatched);
            }
        }
        finally
        {
            await inspection.EndAsync();
        }
    }

    private async ValueTask<bool> IsRefused(HttpContext context, Inspection inspection) =>
        inspection.IsOver
        || (inspection.Refused is { } refused && await executor.ExecuteAsync(context, refused) == RemediationResult.Handled);

    private Task PassInspected(HttpContext context, in BouncerRequest request, bool isWatched)
    {
        if (request.Own is null && context.Features[typeof(LetThrough)] is null)
        {
            openRequests.Enter(context, request);
        }

        return Next(context, isWatched);
    }

    private Task Next(HttpContext context, bool isWatched) =>
        isWatched ? monitor.InvokeAndLook(context, next) : next(context);

    private async Task MatchAndAct(HttpContext context, BouncerRequest request, bool isWatched) =>
        await Act(context, request with { Others = await scopes.MatchAsync(context, request) }, isWatched);

    private async Task WaitAndCheck(HttpContext context, HttpSettings current, BouncerPolicy policy, IBouncerEndpoint? own, EmbeddedHost host)
    {
        await host.WaitAsync(context.RequestAborted);
        await Check(context, current, EndpointOf(context), policy, own);
    }

    private async Task AwaitAndAct(HttpContext context, BouncerRequest request, ValueTask<BouncerVerdict> check, bool isWatched) =>
        await Act(context, request with { Verdict = await check }, isWatched);

    private async Task AwaitAndPass(HttpContext context, BouncerRequest request, ValueTask<RemediationResult> run, bool isWatched)
    {
        if (await run != RemediationResult.Handled)
        {
            await PassRemediated(context, request, isWatched);
        }
    }

    // GetEndpoint calls a generic interface method, whose lookup takes longer than the verdict.
    private static Endpoint? EndpointOf(HttpContext context) =>
        (context.Features[typeof(IEndpointFeature)] as IEndpointFeature)?.Endpoint;

    private Task RefuseUnready(HttpContext context, in BouncerRequest request)
    {
        NotReadyResponse.Write(context);
        metrics.Remediated(
            context.Features, request.Verdict.Remediation.Name, request.Verdict, request.Policy.DisplayName, Outcome.NotReady, isRefused: true, request.From);
        logger.NotReady();
        return Task.CompletedTask;
    }
}

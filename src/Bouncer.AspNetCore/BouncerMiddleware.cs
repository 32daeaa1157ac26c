using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Startup;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore;

/// <summary>Judges each request's client. A client without a decision costs no allocation and no state machine.</summary>
internal sealed class BouncerMiddleware(
    RequestDelegate next,
    BouncerRuntime runtime,
    IBouncer bouncer,
    HttpSettingsSource settings,
    IClientAddressResolver addresses,
    RemediationRunner runner,
    PipelineWatch watch,
    BouncerHttpMetrics metrics,
    ILogger<BouncerMiddleware> logger)
{
    // Kestrel makes RequestAborted when it is first read, under a lock: only a query over the network is worth that.
    private readonly bool _isLive = bouncer.Status.Mode == BouncerMode.Live;
    private readonly InnerHost? _host = runtime.Inner;

    public Task Invoke(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var policy = settings.Current.Policies.For(endpoint);
        if (policy.Bypass)
        {
            return next(context);
        }

        if (_host is { IsStarted: false } host)
        {
            return WaitAndJudge(context, policy, host);
        }

        return Judge(context, endpoint, policy);
    }

    private Task Judge(HttpContext context, Endpoint? endpoint, BouncerPolicy policy)
    {
        var address = addresses.GetClientAddress(context);
        var check = bouncer.CheckAsync(address, _isLive ? context.RequestAborted : CancellationToken.None);
        return check.IsCompletedSuccessfully
            ? Act(context, endpoint, policy, check.Result)
            : AwaitAndAct(context, endpoint, policy, check);
    }

    private Task Act(HttpContext context, Endpoint? endpoint, BouncerPolicy policy, BouncerVerdict verdict)
    {
        metrics.Checked(verdict.Source);
        if (verdict.Source == VerdictSource.NotReady && !policy.IsDryRun)
        {
            return RefuseUnready(context, policy, verdict);
        }

        if (verdict is { IsAllowed: true, Decision: null, Source: VerdictSource.Store or VerdictSource.Live })
        {
            return Next(context, endpoint);
        }

        var run = runner.RunAsync(context, policy, verdict);
        return !run.IsCompletedSuccessfully ? AwaitAndGoOn(context, endpoint, run)
            : run.Result == RemediationResult.Continue ? Next(context, endpoint)
            : Task.CompletedTask;
    }

    private Task Next(HttpContext context, Endpoint? endpoint) =>
        watch.NeedsLook(context, endpoint) ? watch.InvokeAndLook(context, next) : next(context);

    private async Task WaitAndJudge(HttpContext context, BouncerPolicy policy, InnerHost host)
    {
        await host.WaitAsync(context.RequestAborted);
        await Judge(context, context.GetEndpoint(), policy);
    }

    private async Task AwaitAndAct(HttpContext context, Endpoint? endpoint, BouncerPolicy policy, ValueTask<BouncerVerdict> check) =>
        await Act(context, endpoint, policy, await check);

    private async Task AwaitAndGoOn(HttpContext context, Endpoint? endpoint, ValueTask<RemediationResult> run)
    {
        if (await run == RemediationResult.Continue)
        {
            await Next(context, endpoint);
        }
    }

    private Task RefuseUnready(HttpContext context, BouncerPolicy policy, BouncerVerdict verdict)
    {
        NotReadyResponse.Write(context);
        metrics.Remediated(context.Features, verdict.Remediation.Name, verdict.Decision, policy.DisplayName, Outcome.NotReady);
        logger.NotReady();
        return Task.CompletedTask;
    }
}

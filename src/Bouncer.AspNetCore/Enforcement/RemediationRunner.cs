using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Carries out what a verdict comes to: policy, hooks, handler, and the record of it. Whatever fails on the way,
/// the request does not get through.</summary>
internal sealed class RemediationRunner(
    HttpSettingsSource settings, RemediationRegistry registry, BouncerHttpMetrics metrics, ILogger<RemediationRunner> logger)
{
    internal ValueTask<RemediationResult> RunAsync(HttpContext context, BouncerPolicy policy, BouncerVerdict verdict)
    {
        var remediation = policy.Apply(verdict);
        if (policy.IsDryRun || registry.Find(remediation) is null)
        {
            Pass(context, policy, verdict, remediation);
            return new(RemediationResult.Continue);
        }

        return EnforceAsync(context, policy, verdict, remediation);
    }

    private async ValueTask<RemediationResult> EnforceAsync(
        HttpContext context, BouncerPolicy policy, BouncerVerdict verdict, Remediation remediation)
    {
        var outcome = Outcome.HandlerError;
        try
        {
            if (settings.Current.Hooks.OnRemediating is { } hook)
            {
                var remediating = new RemediatingContext(context, remediation, verdict, policy.Name);
                await hook(remediating, context.RequestAborted);
                remediation = remediating.Remediation;
            }

            SetFeature(context, policy, verdict, remediation);
            if (registry.Find(remediation) is not { } handler)
            {
                outcome = Outcome.Continued;
                return RemediationResult.Continue;
            }

            if (context.Response.HasStarted)
            {
                outcome = Outcome.Aborted;
                logger.ResponseStarted(remediation.Name);
                context.Abort();
                return RemediationResult.Handled;
            }

            var result = await HandleAsync(handler, new RemediationContext(context, remediation, verdict, policy.Name));
            outcome = result == RemediationResult.Handled ? Outcome.Handled : Outcome.Continued;
            if (settings.Current.Hooks.OnRemediated is { } observer)
            {
                await TellAsync(observer, new RemediatedContext(context, remediation, verdict, policy.Name, result));
            }

            return result;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            outcome = Outcome.Aborted;
            return RemediationResult.Handled;
        }
        catch (Exception error)
        {
            logger.RemediationFailed(error, remediation.Name);
            PlainRefusal.Write(context);
            return RemediationResult.Handled;
        }
        finally
        {
            Record(context, policy, verdict, remediation, outcome);
        }
    }

    private static async ValueTask<RemediationResult> HandleAsync(IRemediationHandler handler, RemediationContext remediation)
    {
        var response = remediation.HttpContext.Response;
        var status = response.StatusCode;
        response.StatusCode = StatusCodes.Status403Forbidden;
        var headers = RefusalHeaders.Set(response.Headers);
        var result = await handler.HandleAsync(remediation);
        if (result == RemediationResult.Continue && !response.HasStarted)
        {
            response.StatusCode = status;
            headers.Restore(response.Headers);
        }

        return result;
    }

    private async ValueTask TellAsync(Func<RemediatedContext, CancellationToken, ValueTask> observer, RemediatedContext remediated)
    {
        try
        {
            await observer(remediated, remediated.HttpContext.RequestAborted);
        }
        catch (Exception error)
        {
            logger.ObserverFailed(error);
        }
    }

    private void Pass(HttpContext context, BouncerPolicy policy, BouncerVerdict verdict, Remediation remediation)
    {
        SetFeature(context, policy, verdict, remediation);
        if (policy.IsDryRun && !remediation.IsNone)
        {
            logger.DryRun(remediation.Name, policy.DisplayName);
            Record(context, policy, verdict, remediation, Outcome.DryRun);
        }
        else if (!verdict.IsAllowed)
        {
            Record(context, policy, verdict, remediation, Outcome.Continued);
        }
    }

    private static void SetFeature(HttpContext context, BouncerPolicy policy, BouncerVerdict verdict, Remediation remediation) =>
        context.Features.Set<IBouncerFeature>(policy.FeatureOf(verdict, remediation));

    private void Record(HttpContext context, BouncerPolicy policy, BouncerVerdict verdict, Remediation remediation, string outcome)
    {
        // A hook may have named anything: only names with a handler are few enough for a tag.
        var name = remediation.IsNone || registry.Has(remediation) ? remediation.Name : registry.Fallback.Name;
        metrics.Remediated(context.Features, name, verdict.Decision, policy.DisplayName, outcome);
        logger.Remediated(name, policy.DisplayName, outcome);
    }
}

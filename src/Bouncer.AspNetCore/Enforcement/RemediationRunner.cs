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
    HttpSettingsSource settings, PolicyJudge judge, RemediationRegistry registry, BouncerHttpMetrics metrics, ILogger<RemediationRunner> logger)
{
    internal ValueTask<RemediationResult> RunAsync(HttpContext context, CheckedRequest request, BouncerVerdict verdict)
    {
        var policy = request.Policy;
        var ruling = judge.Judge(request, verdict);
        if (request.Page is null && (policy.IsDryRun || registry.Find(ruling.Remediation) is null))
        {
            Pass(context, policy, ruling.Verdict, ruling.Remediation);
            return new(RemediationResult.Continue);
        }

        return EnforceAsync(context, request, ruling.Verdict, policy.IsDryRun ? Remediation.None : ruling.Remediation);
    }

    private async ValueTask<RemediationResult> EnforceAsync(
        HttpContext context, CheckedRequest request, BouncerVerdict verdict, Remediation remediation)
    {
        var outcome = Outcome.HandlerError;
        try
        {
            if (!remediation.IsNone && settings.Current.Hooks.OnRemediating is { } hook)
            {
                var remediating = new RemediatingContext(context, remediation, verdict, request.Policy.Name);
                await hook(remediating, context.RequestAborted);
                remediation = remediating.Remediation;
            }

            SetFeature(context, request.Policy, verdict, remediation);
            if (HandlerOf(remediation, request.Page) is not { } handler)
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

            var result = await HandleAsync(handler, new(context, remediation, verdict, request.Policy.Name, request.Address));

            outcome = OutcomeOf(result);
            if (settings.Current.Hooks.OnRemediated is { } observer)
            {
                await TellAsync(observer, new RemediatedContext(context, remediation, verdict, request.Policy.Name, result));
            }

            return result == RemediationResult.Cleared ? await EnforceBelowAsync(context, request, new(verdict, remediation)) : result;
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
            Record(context, request.Policy, verdict, remediation, outcome);
        }
    }

    /// <summary>Who has passed the strongest remediation still has the next one before him: a captcha that is solved lifts no
    /// throttle.</summary>
    private ValueTask<RemediationResult> EnforceBelowAsync(HttpContext context, CheckedRequest request, Ruling cleared) =>
        judge.Below(request, cleared) is { } weaker && registry.Find(weaker.Remediation) is not null
            ? EnforceAsync(context, request, weaker.Verdict, weaker.Remediation)
            : new(RemediationResult.Cleared);

    /// <summary>A page of our own is where its client goes instead of to the handler that sent it there, and behind any
    /// other that lets it pass.</summary>
    private IRemediationHandler? HandlerOf(Remediation remediation, IOwnPage? page)
    {
        var handler = registry.Find(remediation);
        return page is null ? handler
            : handler is null or IChallengeHandler ? page
            : new PageBehind(handler, page);
    }

    private static string OutcomeOf(RemediationResult result) => result switch
    {
        RemediationResult.Handled => Outcome.Handled,
        RemediationResult.Cleared => Outcome.Cleared,
        _ => Outcome.Continued,
    };

    private static async ValueTask<RemediationResult> HandleAsync(IRemediationHandler handler, RemediationContext remediation)
    {
        var response = remediation.HttpContext.Response;
        var status = response.StatusCode;
        response.StatusCode = StatusCodes.Status403Forbidden;
        var headers = RefusalHeaders.Set(response.Headers);
        var result = await handler.HandleAsync(remediation);
        if (result != RemediationResult.Handled && !response.HasStarted)
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

    /// <summary>Whether the visitor was refused: not sent on, nor given a page of ours or a task.</summary>
    private static bool IsRefusal(HttpResponse response, string outcome) => outcome switch
    {
        Outcome.Handled => response.StatusCode >= StatusCodes.Status400BadRequest || response.Headers.GrpcStatus.Count > 0,
        Outcome.HandlerError or Outcome.Aborted => true,
        _ => false,
    };

    private void Record(HttpContext context, BouncerPolicy policy, BouncerVerdict verdict, Remediation remediation, string outcome)
    {
        // A hook may have named anything: only names with a handler are few enough for a tag.
        var name = remediation.IsNone || registry.Has(remediation) ? remediation.Name : registry.Fallback.Name;
        metrics.Remediated(context.Features, name, verdict.Decision, policy.DisplayName, outcome);
        logger.Remediated(name, policy.DisplayName, outcome);
        if (settings.Current.Hooks.LogRefusals && IsRefusal(context.Response, outcome))
        {
            var decision = verdict.Decision;
            logger.Refused(
                Reference.Of(context), name, policy.DisplayName, outcome, decision?.Id, LogText.Of(decision?.Origin), LogText.Of(decision?.Scenario));
        }
    }
}

using System.Net;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Carries out what a verdict comes to: policy, hooks, handler, and the record of it. Whatever fails on the way,
/// the request does not get through.</summary>
internal sealed class RemediationRunner(
    HttpSettingsSource settings,
    PolicyJudge judge,
    RemediationRegistry registry,
    CaptchaSlips slips,
    BouncerHttpMetrics metrics,
    ILogger<RemediationRunner> logger)
{
    internal ValueTask<RemediationResult> RunAsync(HttpContext context, CheckedRequest request, BouncerVerdict verdict)
    {
        var policy = request.Policy;
        var ruling = judge.Judge(request, verdict);
        if (request.Page is { } page)
        {
            return ServeAsync(context, request, page, verdict, ruling);
        }

        if (policy.IsDryRun || FirstCarriedOut(request, ruling) is not { } carriedOut)
        {
            Pass(context, policy, ruling.Verdict, ruling.Remediation);
            return new(RemediationResult.Continue);
        }

        return EnforceAsync(context, request, carriedOut);
    }

    /// <remarks>Most requests end with the first refusal, which costs no more than itself.</remarks>
    private ValueTask<RemediationResult> EnforceAsync(HttpContext context, CheckedRequest request, in Ruling ruling)
    {
        var first = CarryOutAsync(context, request.Policy, request.Address, ruling.Verdict, ruling.Remediation, page: null);
        if (!first.IsCompletedSuccessfully)
        {
            return AwaitAndEnforceBelowAsync(context, request, ruling, first);
        }

        var step = first.Result;
        return step.Result == RemediationResult.Handled ? new(RemediationResult.Handled) : EnforceBelowAsync(context, request, ruling, step);
    }

    private async ValueTask<RemediationResult> AwaitAndEnforceBelowAsync(HttpContext context, CheckedRequest request, Ruling ruling, ValueTask<Step> first)
    {
        var step = await first;
        return step.Result == RemediationResult.Handled ? RemediationResult.Handled : await EnforceBelowAsync(context, request, ruling, step);
    }

    /// <summary>What does not refuse lifts nothing: whoever passes one remediation still has the next one before him, down to
    /// the weakest. A captcha that is solved lifts no throttle, nor does a second factor that is not asked for on a path.</summary>
    private async ValueTask<RemediationResult> EnforceBelowAsync(HttpContext context, CheckedRequest request, Ruling first, Step step)
    {
        List<Remediation> done = [first.Remediation, registry.NameOf(first.Remediation), step.Remediation];
        Ruling? told = step.Tells(first);
        while (judge.Next(request, done) is { } weaker)
        {
            done.Add(weaker.Remediation);
            var name = registry.NameOf(weaker.Remediation);
            if (name.IsNone || (name != weaker.Remediation && done.Contains(name)))
            {
                continue;
            }

            step = await CarryOutAsync(context, request.Policy, request.Address, weaker.Verdict, weaker.Remediation, page: null);
            if (step.Result == RemediationResult.Handled)
            {
                return RemediationResult.Handled;
            }

            done.AddRange([name, step.Remediation]);
            told ??= step.Tells(weaker);
        }

        // The application is told of the strongest one that its client has not satisfied.
        if (told is { } strongest)
        {
            SetFeature(context, request.Policy, strongest.Verdict, strongest.Remediation);
        }

        return told is null ? RemediationResult.Cleared : RemediationResult.Continue;
    }

    /// <summary>Serves a page of our own, to which challenges send their clients: so no challenge keeps a client from it, and
    /// everything else on the client does. A policy that the client names itself opens no page that the default one shuts.</summary>
    private async ValueTask<RemediationResult> ServeAsync(HttpContext context, CheckedRequest request, IOwnPage page, BouncerVerdict verdict, Ruling first)
    {
        var policy = request.Policy;
        if (policy.Name is not null && slips.Read(context.Request, policy.Name)?.Client != ClientKey.Of(request.Address))
        {
            var byDefault = request with { Policy = settings.Current.Policies.Default };
            if ((await PassAsync(context, byDefault, judge.Judge(byDefault, verdict))).Result == RemediationResult.Handled)
            {
                return RemediationResult.Handled;
            }
        }

        var (result, asked) = await PassAsync(context, request, first);
        return result == RemediationResult.Handled
            ? RemediationResult.Handled
            : await ShowAsync(context, request, page, asked ?? first with { Remediation = Remediation.None });
    }

    /// <summary>Carries out what is no challenge.</summary>
    /// <returns>Whether one refused, and else the newest challenge: what is proved on the page must count for all of them.</returns>
    private async ValueTask<(RemediationResult Result, Ruling? Asked)> PassAsync(HttpContext context, CheckedRequest request, Ruling first)
    {
        if (request.Policy.IsDryRun)
        {
            return (RemediationResult.Continue, null);
        }

        List<Remediation> done = [];
        Ruling? asked = null;
        for (Ruling? next = first; next is { } ruling; next = judge.Next(request, done))
        {
            done.Add(ruling.Remediation);
            var name = registry.NameOf(ruling.Remediation);
            if (registry.Find(name) is IChallengeHandler)
            {
                asked = asked is { } other && IdOf(other) >= IdOf(ruling) ? other : ruling;
            }
            else if (!name.IsNone && (name == ruling.Remediation || !done.Contains(name)))
            {
                var step = await CarryOutAsync(context, request.Policy, request.Address, ruling.Verdict, ruling.Remediation, page: null);
                if (step.Result == RemediationResult.Handled)
                {
                    return (RemediationResult.Handled, null);
                }

                done.AddRange([name, step.Remediation]);
            }
        }

        return (RemediationResult.Continue, asked);
    }

    private async ValueTask<RemediationResult> ShowAsync(HttpContext context, CheckedRequest request, IOwnPage page, Ruling ruling) =>
        (await CarryOutAsync(context, request.Policy, request.Address, ruling.Verdict, ruling.Remediation, page)).Result;

    /// <summary>The strongest outcome that something carries out; null if nothing does.</summary>
    private Ruling? FirstCarriedOut(in CheckedRequest request, in Ruling ruling)
    {
        if (ruling.Remediation.IsNone || registry.Find(ruling.Remediation) is not null)
        {
            return ruling.Remediation.IsNone ? null : ruling;
        }

        List<Remediation> done = [ruling.Remediation];
        while (judge.Next(request, done) is { } weaker)
        {
            if (registry.Find(weaker.Remediation) is not null)
            {
                return weaker;
            }

            done.Add(weaker.Remediation);
        }

        return null;
    }

    private async ValueTask<Step> CarryOutAsync(
        HttpContext context, BouncerPolicy policy, IPAddress? address, BouncerVerdict verdict, Remediation remediation, IOwnPage? page)
    {
        var outcome = Outcome.HandlerError;
        var isBan = registry.NameOf(remediation) == Remediation.Ban;
        try
        {
            if (!remediation.IsNone && settings.Current.Hooks.OnRemediating is { } hook)
            {
                var remediating = new RemediatingContext(context, remediation, verdict, policy.Name);
                await hook(remediating, context.RequestAborted);
                remediation = remediating.Remediation;
            }

            SetFeature(context, policy, verdict, remediation);
            if (HandlerOf(remediation, page) is not { } handler)
            {
                outcome = Outcome.Continued;
                return new(RemediationResult.Continue, remediation);
            }

            if (context.Response.HasStarted)
            {
                outcome = Outcome.Aborted;
                logger.ResponseStarted(remediation.Name);
                context.Abort();
                return new(RemediationResult.Handled, remediation);
            }

            var result = await HandleAsync(handler, new(context, remediation, verdict, policy.Name, address));

            outcome = OutcomeOf(result);
            if (settings.Current.Hooks.OnRemediated is { } observer)
            {
                await TellAsync(observer, new RemediatedContext(context, remediation, verdict, policy.Name, result));
            }

            return new(result, remediation);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            outcome = Outcome.Aborted;
            return new(RemediationResult.Handled, remediation);
        }
        catch (Exception error)
        {
            logger.RemediationFailed(error, remediation.Name);
            PlainRefusal.Write(context);
            return new(RemediationResult.Handled, remediation);
        }
        finally
        {
            Record(context, policy, verdict, remediation, outcome);
            if (isBan && outcome is (Outcome.Continued or Outcome.Cleared))
            {
                context.Features.Set(LetThrough.Instance);
            }
        }
    }

    /// <summary>A page of our own is where its client goes instead of to the handler that sent it there, and behind any
    /// other that lets it pass.</summary>
    private IRemediationHandler? HandlerOf(Remediation remediation, IOwnPage? page)
    {
        var handler = registry.Find(remediation);
        return page is null ? handler
            : handler is null or IChallengeHandler ? page
            : new PageBehind(handler, page);
    }

    private static long IdOf(in Ruling ruling) => ruling.Verdict.Decision?.Id ?? 0;

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

    /// <summary>What became of one remediation, and which it was once a hook had seen it.</summary>
    private readonly record struct Step(RemediationResult Result, Remediation Remediation)
    {
        /// <summary>What the application is told if the client goes on without having done what was asked.</summary>
        internal Ruling? Tells(in Ruling ruling) =>
            Result == RemediationResult.Continue && !Remediation.IsNone ? new Ruling(ruling.Verdict, Remediation) : null;
    }
}

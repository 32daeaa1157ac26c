using System.Net;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Telemetry;
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
    ILogger<RemediationRunner> logger,
    EmbeddedIPv4? embedded = null)
{
    internal ValueTask<RemediationResult> RunAsync(HttpContext context, CheckedRequest request) =>
        TwoFacedPath.Is(context.Request.Path) ? RunStrictestAsync(context, request) : RunOneAsync(context, request);

    /// <summary>Other servers may read the path as one that has any of the other policies: the strictest one holds.</summary>
    private async ValueTask<RemediationResult> RunStrictestAsync(HttpContext context, CheckedRequest request)
    {
        if (request.Others is { } others)
        {
            await others.CompleteAsync();
        }

        return await RunOneAsync(context, judge.UnderStrictest(request, settings.Current.Policies.All));
    }

    private ValueTask<RemediationResult> RunOneAsync(HttpContext context, CheckedRequest request)
    {
        var policy = request.Policy;
        var ruling = judge.Judge(request);
        if (request.Page is { } page)
        {
            return ServeAsync(context, request, page, ruling);
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
        var first = CarryOutAsync(context, request, ruling);
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

    /// <summary>Applies the remaining remediations, from the strongest to the weakest, until one refuses the request. A solved captcha
    /// does not lift a throttle; neither does a second factor on a path where it is not required.</summary>
    private async ValueTask<RemediationResult> EnforceBelowAsync(HttpContext context, CheckedRequest request, Ruling first, Step step)
    {
        List<Remediation> done = [first.Remediation, registry.NameOf(first.Remediation), step.Remediation];
        Ruling? told = step.Tells(first);
        while (await NextAsync(request, done) is { } weaker)
        {
            done.Add(weaker.Remediation);
            var name = registry.NameOf(weaker.Remediation);
            if (name.IsNone || (name != weaker.Remediation && done.Contains(name)))
            {
                continue;
            }

            step = await CarryOutAsync(context, request, weaker);
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
    private async ValueTask<RemediationResult> ServeAsync(HttpContext context, CheckedRequest request, IOwnPage page, Ruling first)
    {
        var policy = request.Policy;
        if (policy.Name is not null && slips.Read(context.Request, policy.Name)?.Client != ClientKey.Of(ClientOf(request)))
        {
            var byDefault = request with { Policy = settings.Current.Policies.Default };
            if ((await PassAsync(context, byDefault, judge.Judge(byDefault))).Result == RemediationResult.Handled)
            {
                return RemediationResult.Handled;
            }
        }

        var (result, asked) = await PassAsync(context, request, first);
        return result == RemediationResult.Handled
            ? RemediationResult.Handled
            : await ShowAsync(context, request, page, asked ?? first with { Remediation = Remediation.None });
    }

    /// <summary>Carries out what is no challenge, once a hook had its say.</summary>
    /// <returns>Whether one refused, and else the newest challenge: what is proved on the page must count for all of them.</returns>
    private async ValueTask<(RemediationResult Result, Ruling? Asked)> PassAsync(HttpContext context, CheckedRequest request, Ruling first)
    {
        if (request.Policy.IsDryRun)
        {
            return (RemediationResult.Continue, null);
        }

        List<Remediation> done = [];
        Ruling? asked = null;
        for (Ruling? next = first; next is { } ruling; next = await NextAsync(request, done))
        {
            done.Add(ruling.Remediation);
            var name = registry.NameOf(ruling.Remediation);
            if (name.IsNone || (name != ruling.Remediation && done.Contains(name)))
            {
                continue;
            }

            var step = await CarryOutAsync(context, request, ruling);
            if (step.Result == RemediationResult.Handled)
            {
                return (RemediationResult.Handled, null);
            }

            done.Add(name);
            if (!step.IsAsked)
            {
                done.Add(step.Remediation);
            }
            else if (asked is not { } other || IdOf(other) < IdOf(ruling))
            {
                asked = ruling with { Remediation = step.Remediation };
            }
        }

        return (RemediationResult.Continue, asked);
    }

    private async ValueTask<RemediationResult> ShowAsync(HttpContext context, CheckedRequest request, IOwnPage page, Ruling ruling) =>
        (await CarryOutAsync(context, request, ruling, page)).Result;

    /// <summary>The next weaker outcome. Since nothing refused the client yet, all that it is known by counts.</summary>
    private async ValueTask<Ruling?> NextAsync(CheckedRequest request, IReadOnlyCollection<Remediation> done)
    {
        if (request.Others is { } others)
        {
            await others.CompleteAsync();
        }

        return judge.Next(request, done);
    }

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

    /// <summary>Carries out what a hook makes of an outcome or, if a page is to be shown for it, shows that: the hook had its say
    /// before. A page of ours is where clients go instead of to the challenge that sent them there, so that asks nothing here.</summary>
    private async ValueTask<Step> CarryOutAsync(HttpContext context, CheckedRequest request, Ruling ruling, IOwnPage? shown = null)
    {
        var remediation = ruling.Remediation;
        var isBan = registry.NameOf(remediation) == Remediation.Ban;
        string? outcome = Outcome.HandlerError;
        try
        {
            if (shown is null && !remediation.IsNone && settings.Current.Hooks.OnRemediating is { } hook)
            {
                remediation = await AskAsync(hook, new(context, remediation, ruling.Verdict, request.Policy.Name), request.IsTwoFaced);
            }

            var handler = shown ?? registry.Find(remediation);
            if (request.Page is not null && handler is IChallengeHandler)
            {
                outcome = null;
                return new(RemediationResult.Continue, remediation, IsAsked: true);
            }

            SetFeature(context, request.Policy, ruling.Verdict, remediation);
            if (handler is null)
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

            var result = await HandleAsync(handler, new(context, remediation, ruling.Verdict, request.Policy.Name, ClientOf(request)));

            outcome = OutcomeOf(result);
            if (settings.Current.Hooks.OnRemediated is { } observer)
            {
                await TellAsync(observer, new RemediatedContext(context, remediation, ruling.Verdict, request.Policy.Name, result));
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
            if (outcome is not null)
            {
                Record(context, request.Policy, ruling.Verdict, remediation, outcome);
            }

            if (isBan && outcome is Outcome.Continued or Outcome.Cleared)
            {
                context.Features.Set(LetThrough.Instance);
            }
        }
    }

    /// <summary>What a hook makes of a remediation. By a path that other servers read otherwise it may look at the wrong one, and so
    /// make nothing weaker.</summary>
    private async ValueTask<Remediation> AskAsync(Func<RemediatingContext, CancellationToken, ValueTask> hook, RemediatingContext remediating, bool isTwoFaced)
    {
        var before = remediating.Remediation;
        await hook(remediating, remediating.HttpContext.RequestAborted);
        return isTwoFaced ? judge.Stronger(before, remediating.Remediation) : remediating.Remediation;
    }

    /// <summary>By which address a client is counted and remembered.</summary>
    private IPAddress? ClientOf(in CheckedRequest request) => embedded is null ? request.Address : embedded.Unwrap(request.Address);

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

    /// <summary>What became of one remediation, which it was once a hook had seen it, and whether one of our own pages is to be
    /// shown for it.</summary>
    private readonly record struct Step(RemediationResult Result, Remediation Remediation, bool IsAsked = false)
    {
        /// <summary>What the application is told if the client goes on without having done what was asked.</summary>
        internal Ruling? Tells(in Ruling ruling) =>
            Result == RemediationResult.Continue && !Remediation.IsNone ? new Ruling(ruling.Verdict, Remediation) : null;
    }
}

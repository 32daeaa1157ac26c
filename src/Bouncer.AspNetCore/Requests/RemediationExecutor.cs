using System.Net;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Carries out what a verdict comes to: policy, hooks, handler, and the record of it. Whatever fails on the way,
/// the request does not get through.</summary>
internal sealed class RemediationExecutor(
    PolicyEvaluator judge,
    RemediationRegistry registry,
    Referrals referrals,
    BouncerHttpMetrics metrics,
    ILogger<RemediationExecutor> logger,
    EmbeddedIPv4? embedded = null)
{
    internal ValueTask<RemediationResult> RunAsync(HttpContext context, BouncerRequest request) =>
        request is { IsAmbiguous: true, Others: { } others } ? CompleteAndRunAsync(context, request, others) : RunKnownAsync(context, request);

    /// <summary>Another policy may refuse for what the request's own one did not ask.</summary>
    private async ValueTask<RemediationResult> CompleteAndRunAsync(HttpContext context, BouncerRequest request, ScopedVerdicts others)
    {
        await others.CompleteAsync();
        return await RunKnownAsync(context, request);
    }

    private ValueTask<RemediationResult> RunKnownAsync(HttpContext context, BouncerRequest request)
    {
        var ruling = judge.Judge(request);
        if (request.Page is not null)
        {
            return ServeAsync(context, request, ruling);
        }

        if (ruling.Policy.IsDryRun || FirstCarriedOut(request, ruling) is not { } carriedOut)
        {
            Pass(context, request, ruling);
            return new(RemediationResult.Continue);
        }

        return EnforceAsync(context, request, carriedOut);
    }

    /// <remarks>Most requests end with the first refusal, which costs no more than itself.</remarks>
    private ValueTask<RemediationResult> EnforceAsync(HttpContext context, BouncerRequest request, in PolicyOutcome ruling)
    {
        var first = CarryOutAsync(context, request, ruling);
        if (!first.IsCompletedSuccessfully)
        {
            return AwaitAndEnforceBelowAsync(context, request, ruling, first);
        }

        var step = first.Result;
        return step.Result == RemediationResult.Handled ? new(RemediationResult.Handled) : EnforceBelowAsync(context, request, ruling, step);
    }

    private async ValueTask<RemediationResult> AwaitAndEnforceBelowAsync(HttpContext context, BouncerRequest request, PolicyOutcome ruling, ValueTask<Step> first)
    {
        var step = await first;
        return step.Result == RemediationResult.Handled ? RemediationResult.Handled : await EnforceBelowAsync(context, request, ruling, step);
    }

    /// <summary>Applies the remaining remediations, from the strongest to the weakest, until one refuses the request. A solved captcha
    /// does not lift a throttle; neither does a second factor on a path where it is not required.</summary>
    private async ValueTask<RemediationResult> EnforceBelowAsync(HttpContext context, BouncerRequest request, PolicyOutcome first, Step step)
    {
        var done = new ExecutedRemediations(registry);
        done.Add(first.Policy, first.Remediation);
        done.Add(first.Policy, step.Remediation);
        PolicyOutcome? told = step.Tells(first);
        while (await NextAsync(request, done) is { } weaker)
        {
            step = await CarryOutAsync(context, request, weaker);
            if (step.Result == RemediationResult.Handled)
            {
                return RemediationResult.Handled;
            }

            done.Add(weaker.Policy, weaker.Remediation);
            done.Add(weaker.Policy, step.Remediation);
            told ??= step.Tells(weaker);
        }

        // The application is told of the strongest one that its client has not satisfied.
        if (told is { } strongest)
        {
            SetFeature(context, strongest);
        }

        return told is null ? RemediationResult.Cleared : RemediationResult.Continue;
    }

    /// <summary>Serves a page of our own, to which challenges send their clients: so no challenge keeps a client from it, and
    /// everything else on the client does. A policy that the client names itself opens no page that the default one shuts.</summary>
    private async ValueTask<RemediationResult> ServeAsync(HttpContext context, BouncerRequest request, PolicyOutcome first)
    {
        var policy = request.Policy;
        if (policy.Name is not null && referrals.Read(context.Request, policy.Name)?.Client != ClientKey.Of(ClientOf(request)))
        {
            var byDefault = request with { Policy = request.Settings.Policies.Default };
            if ((await PassAsync(context, byDefault)).Result == RemediationResult.Handled)
            {
                return RemediationResult.Handled;
            }
        }

        var (result, asked) = await PassAsync(context, request);
        return result == RemediationResult.Handled
            ? RemediationResult.Handled
            : (await CarryOutAsync(context, request, asked ?? first with { Remediation = Remediation.None }, isShown: true)).Result;
    }

    /// <summary>Carries out what is no challenge, once a hook had its say.</summary>
    /// <returns>Whether one refused, and else the newest challenge: what is proved on the page must count for all of them.</returns>
    private async ValueTask<(RemediationResult Result, PolicyOutcome? Asked)> PassAsync(HttpContext context, BouncerRequest request)
    {
        var done = new ExecutedRemediations(registry);
        PolicyOutcome? asked = null;
        while (await NextAsync(request, done) is { } ruling)
        {
            var step = await CarryOutAsync(context, request, ruling);
            if (step.Result == RemediationResult.Handled)
            {
                return (RemediationResult.Handled, null);
            }

            done.Add(ruling.Policy, ruling.Remediation);
            if (!step.IsAsked)
            {
                done.Add(ruling.Policy, step.Remediation);
            }
            else if (asked is not { } other || IdOf(other) < IdOf(ruling))
            {
                asked = ruling with { Remediation = step.Remediation };
            }
        }

        return (RemediationResult.Continue, asked);
    }

    /// <summary>The next weaker outcome. Since nothing refused the client yet, all that it is known by counts.</summary>
    private async ValueTask<PolicyOutcome?> NextAsync(BouncerRequest request, ExecutedRemediations done)
    {
        if (request.Others is { } others)
        {
            await others.CompleteAsync();
        }

        return judge.Next(request, done);
    }

    /// <summary>The strongest outcome that something carries out; null if nothing does.</summary>
    private PolicyOutcome? FirstCarriedOut(in BouncerRequest request, in PolicyOutcome ruling) =>
        ruling.Remediation.IsNone ? null
        : registry.Find(ruling.Remediation) is not null ? ruling
        : judge.Next(request, new ExecutedRemediations(registry));

    /// <summary>Carries out what a hook makes of an outcome or, if a page is to be shown for it, shows that: the hook had its say
    /// before. A page of ours is where clients go instead of to the challenge that sent them there, so that asks nothing here.</summary>
    private async ValueTask<Step> CarryOutAsync(HttpContext context, BouncerRequest request, PolicyOutcome ruling, bool isShown = false)
    {
        var remediation = ruling.Remediation;
        var isBan = registry.NameOf(remediation) == Remediation.Ban;
        string? outcome = Outcome.HandlerError;
        try
        {
            if (!isShown && !remediation.IsNone)
            {
                remediation = await AskAsync(context, request, ruling);
            }

            var handler = isShown ? request.Page : registry.Find(remediation);
            if (request.Page is not null && handler is IChallengeHandler)
            {
                outcome = null;
                return new(RemediationResult.Continue, remediation, IsAsked: true);
            }

            SetFeature(context, ruling with { Remediation = remediation });
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

            var before = RefusalHeaders.Begin(context.Response);
            var result = await handler.HandleAsync(
                new(context, remediation, ruling.Verdict, ruling.Policy.Name, ClientOf(request)) { Settings = request.Settings, Registry = registry });
            if (result != RemediationResult.Handled)
            {
                before.Restore(context.Response);
            }

            outcome = OutcomeOf(result);
            if (request.Settings.Options.OnRemediated is { } observer)
            {
                await TellAsync(observer, new RemediatedContext(context, remediation, ruling.Verdict, ruling.Policy.Name, result));
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
                Record(context, request, ruling with { Remediation = remediation }, outcome);
            }

            if (isBan && outcome is Outcome.Continued or Outcome.Cleared)
            {
                context.Features.Set(LetThrough.Instance);
            }
        }
    }

    /// <summary>What a hook makes of a remediation. By a path that other servers read otherwise it may look at the wrong one, and so
    /// make nothing weaker.</summary>
    private ValueTask<Remediation> AskAsync(HttpContext context, in BouncerRequest request, in PolicyOutcome ruling) =>
        request.Settings.Options.OnRemediating is { } hook
            ? AskAsync(hook, new(context, ruling.Remediation, ruling.Verdict, ruling.Policy.Name), request.IsAmbiguous)
            : new(ruling.Remediation);

    private async ValueTask<Remediation> AskAsync(Func<RemediatingContext, CancellationToken, ValueTask> hook, RemediatingContext remediating, bool isAmbiguous)
    {
        var before = remediating.Remediation;
        await hook(remediating, remediating.HttpContext.RequestAborted);
        return isAmbiguous ? judge.Stronger(before, remediating.Remediation) : remediating.Remediation;
    }

    /// <summary>By which address a client is counted and remembered.</summary>
    private IPAddress? ClientOf(in BouncerRequest request) => embedded is null ? request.Address : embedded.Unwrap(request.Address);

    private static long IdOf(in PolicyOutcome ruling) => ruling.Verdict.Decision?.Id ?? 0;

    private static string OutcomeOf(RemediationResult result) => result switch
    {
        RemediationResult.Handled => Outcome.Handled,
        RemediationResult.Cleared => Outcome.Cleared,
        _ => Outcome.Continued,
    };

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

    private void Pass(HttpContext context, in BouncerRequest request, in PolicyOutcome ruling)
    {
        SetFeature(context, ruling);
        if (ruling.Policy.IsDryRun && !ruling.Remediation.IsNone)
        {
            logger.DryRun(ruling.Remediation.Name, ruling.Policy.DisplayName);
            Record(context, request, ruling, Outcome.DryRun);
        }
        else if (!ruling.Verdict.IsAllowed)
        {
            Record(context, request, ruling, Outcome.Continued);
        }
    }

    private static void SetFeature(HttpContext context, in PolicyOutcome ruling) =>
        context.Features.Set<IBouncerFeature>(ruling.Policy.FeatureOf(ruling.Verdict, ruling.Remediation));

    /// <summary>Whether the visitor was refused: not sent on, nor given a page of ours or a task.</summary>
    private static bool IsRefusal(HttpResponse response, string outcome) => outcome switch
    {
        Outcome.Handled => response.StatusCode >= StatusCodes.Status400BadRequest || response.Headers.GrpcStatus.Count > 0,
        Outcome.HandlerError or Outcome.Aborted => true,
        _ => false,
    };

    private void Record(HttpContext context, in BouncerRequest request, in PolicyOutcome ruling, string outcome)
    {
        // A hook may have named anything: only names with a handler are few enough for a tag.
        var (policy, decision) = (ruling.Policy.DisplayName, ruling.Verdict.Decision);
        var name = ruling.Remediation.IsNone || registry.Has(ruling.Remediation) ? ruling.Remediation.Name : registry.Fallback.Name;
        metrics.Remediated(context.Features, name, decision, policy, outcome);
        logger.Remediated(name, policy, outcome);
        if (request.Settings.Options.LogRefusals && IsRefusal(context.Response, outcome))
        {
            logger.Refused(
                Reference.Of(context), name, policy, outcome, decision?.Id, LogText.Of(decision?.Origin), LogText.Of(decision?.Scenario));
        }
    }

    /// <summary>What became of one remediation, which it was once a hook had seen it, and whether one of our own pages is to be
    /// shown for it.</summary>
    private readonly record struct Step(RemediationResult Result, Remediation Remediation, bool IsAsked = false)
    {
        /// <summary>What the application is told if the client goes on without having done what was asked.</summary>
        internal PolicyOutcome? Tells(in PolicyOutcome ruling) =>
            Result == RemediationResult.Continue && !Remediation.IsNone ? ruling with { Remediation = Remediation } : null;
    }
}

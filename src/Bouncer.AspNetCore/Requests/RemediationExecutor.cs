using System.Net;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Runs the remediations for a request's outcome: hooks, handlers, and recording. If anything fails, the request is
/// refused.</summary>
internal sealed class RemediationExecutor(
    PolicyEvaluator evaluator,
    RemediationRegistry registry,
    RemediationServices services,
    RemediationRecorder recorder,
    ILogger<RemediationExecutor> logger,
    EmbeddedIPv4? embedded = null)
{
    internal ValueTask<RemediationResult> ExecuteAsync(HttpContext context, BouncerRequest request)
    {
        if (request is { IsAmbiguous: true, Others: { IsComplete: false } others })
        {
            return CompleteAndExecuteAsync(context, request, others);
        }

        var outcome = evaluator.Evaluate(request);
        if (request.Own is { } endpoint)
        {
            return ServeAsync(context, request, outcome, endpoint);
        }

        var registered = outcome.Policy.IsDryRun ? null : registry.Find(outcome.Remediation) ?? FindWeaker(request, ref outcome);
        if (registered is null)
        {
            recorder.Passed(context, request, outcome);
            return new(RemediationResult.Continue);
        }

        // Most requests end with the first refusal, which adds no cost.
        var running = RunAsync(context, request, outcome, registered);
        if (!running.IsCompletedSuccessfully)
        {
            return ContinueAsync(context, request, outcome, running);
        }

        var step = running.Result;
        return step.IsHandled ? new(RemediationResult.Handled) : ContinueAsync(context, request, outcome, new(step));
    }

    /// <summary>Looks up all scopes first: another policy can refuse because of one that the request's own policy does not
    /// need.</summary>
    private async ValueTask<RemediationResult> CompleteAndExecuteAsync(HttpContext context, BouncerRequest request, ScopedVerdicts others)
    {
        await others.CompleteAsync();
        return await ExecuteAsync(context, request);
    }

    /// <summary>Finds the strongest outcome with a handler, if that of the strongest one is missing; null if there is none.</summary>
    private RegisteredRemediation? FindWeaker(in BouncerRequest request, ref PolicyOutcome outcome)
    {
        if (outcome.Remediation.IsNone || evaluator.Next(request, new ExecutedRemediations(registry)) is not { } weaker)
        {
            return null;
        }

        outcome = weaker;
        return registry.Find(weaker.Remediation);
    }

    /// <summary>Runs the remaining remediations after the first, from the strongest to the weakest, until one refuses the request. A
    /// solved captcha does not lift a throttle; neither does a second factor on a path where it is not required.</summary>
    private async ValueTask<RemediationResult> ContinueAsync(HttpContext context, BouncerRequest request, PolicyOutcome outcome, ValueTask<RemediationStep> running)
    {
        var step = await running;
        var executed = new ExecutedRemediations(registry);
        PolicyOutcome? unmet = null;
        while (!step.IsHandled)
        {
            executed.Add(outcome.Policy, outcome.Remediation);
            executed.Add(outcome.Policy, step.Remediation);
            unmet ??= step.UnmetOutcome(outcome);
            if (await NextAsync(request, executed) is not { } weaker)
            {
                break;
            }

            outcome = weaker;
            step = await RunAsync(context, request, outcome, registry.Find(outcome.Remediation));
        }

        if (step.IsHandled)
        {
            return RemediationResult.Handled;
        }

        // The application gets the strongest outcome that its client has not satisfied.
        if (unmet is { } strongest)
        {
            RemediationRecorder.SetFeature(context, strongest);
        }

        return unmet is null ? RemediationResult.Cleared : RemediationResult.Continue;
    }

    /// <summary>Serves an endpoint of the bouncer. Challenges send their clients there, so no challenge blocks it; every other
    /// remediation does. A policy that the client names itself opens no endpoint that the default policy blocks.</summary>
    private async ValueTask<RemediationResult> ServeAsync(HttpContext context, BouncerRequest request, PolicyOutcome outcome, IBouncerEndpoint endpoint)
    {
        if (request.Policy.Name is { } policy && services.Referrals.Read(context.Request, policy)?.Client != ClientKey.Of(ClientOf(request)))
        {
            var byDefault = request with { Policy = request.Settings.Policies.Default };
            if ((await RunAllButChallengesAsync(context, byDefault)).Result == RemediationResult.Handled)
            {
                return RemediationResult.Handled;
            }
        }

        var (result, challenge) = await RunAllButChallengesAsync(context, request);
        if (result == RemediationResult.Handled)
        {
            return RemediationResult.Handled;
        }

        var shown = challenge ?? outcome with { Remediation = Remediation.None };
        return (await RunAsync(context, request, shown, registry.Find(shown.Remediation), endpoint)).Result;
    }

    /// <summary>Runs all remediations that are not a challenge after the hook.</summary>
    /// <returns>Whether one refused; otherwise the newest challenge, as what is proved at the endpoint must count for all of
    /// them.</returns>
    private async ValueTask<(RemediationResult Result, PolicyOutcome? Challenge)> RunAllButChallengesAsync(HttpContext context, BouncerRequest request)
    {
        var executed = new ExecutedRemediations(registry);
        PolicyOutcome? challenge = null;
        while (await NextAsync(request, executed) is { } outcome)
        {
            var step = await RunAsync(context, request, outcome, registry.Find(outcome.Remediation));
            if (step.IsHandled)
            {
                return (RemediationResult.Handled, null);
            }

            executed.Add(outcome.Policy, outcome.Remediation);
            if (!step.IsDeferred)
            {
                executed.Add(outcome.Policy, step.Remediation);
            }
            else if (challenge is not { } other || IdOf(other) < IdOf(outcome))
            {
                challenge = outcome with { Remediation = step.Remediation };
            }
        }

        return (RemediationResult.Continue, challenge);
    }

    /// <summary>The next weaker outcome. Nothing has refused the client yet, so every scope counts.</summary>
    private async ValueTask<PolicyOutcome?> NextAsync(BouncerRequest request, ExecutedRemediations executed)
    {
        if (request.Others is { } others)
        {
            await others.CompleteAsync();
        }

        return evaluator.Next(request, executed);
    }

    /// <summary>Runs the hook and then the handler of an outcome, or the requested endpoint, for which the hook has already
    /// run.</summary>
    private async ValueTask<RemediationStep> RunAsync(
        HttpContext context, BouncerRequest request, PolicyOutcome outcome, RegisteredRemediation? registered, IBouncerEndpoint? shown = null)
    {
        var isBan = registered is { IsBan: true };
        string? result = Outcome.HandlerError;
        try
        {
            if (shown is null && !outcome.Remediation.IsNone && request.Settings.Options.OnRemediating is { } hook)
            {
                outcome = outcome with { Remediation = await AskAsync(hook, context, request, outcome) };
                registered = registry.Find(outcome.Remediation);
            }

            if (shown is null && request.Own is not null && registered is { IsChallenge: true })
            {
                result = null;
                return new(RemediationResult.Continue, outcome.Remediation, IsDeferred: true);
            }

            RemediationRecorder.SetFeature(context, outcome);
            if ((shown ?? registered?.Handler) is not { } handler)
            {
                result = Outcome.Continued;
                return new(RemediationResult.Continue, outcome.Remediation);
            }

            if (context.Response.HasStarted)
            {
                result = Outcome.Aborted;
                logger.ResponseStarted(outcome.Remediation.Name);
                context.Abort();
                return new(RemediationResult.Handled, outcome.Remediation);
            }

            var before = RefusalHeaders.Begin(context.Response);
            var handled = await handler.HandleAsync(Describe(context, request, outcome, shown is not null));
            if (shown is not null)
            {
                // The application never sees a request for an endpoint of the bouncer, even if the endpoint returns Continue.
                handled = RemediationResult.Handled;
            }
            else if (handled != RemediationResult.Handled)
            {
                before.Restore(context.Response);
            }

            result = RemediationRecorder.OutcomeOf(handled);
            if (request.Settings.Options.OnRemediated is { } observer)
            {
                await TellAsync(observer, Describe(context, request, outcome, shown is not null), handled);
            }

            return new(handled, outcome.Remediation);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            result = Outcome.Aborted;
            return new(RemediationResult.Handled, outcome.Remediation);
        }
        catch (Exception error)
        {
            logger.RemediationFailed(error, outcome.Remediation.Name);
            PlainRefusal.Write(context);
            return new(RemediationResult.Handled, outcome.Remediation);
        }
        finally
        {
            if (result is not null)
            {
                recorder.Remediated(context, request, outcome, registered, result);
            }

            if (isBan && result is Outcome.Continued or Outcome.Cleared)
            {
                context.Features.Set(LetThrough.Instance);
            }
        }
    }

    private RemediationContext Describe(HttpContext context, in BouncerRequest request, in PolicyOutcome outcome, bool isAtEndpoint) =>
        new(context, outcome.Remediation, outcome.Verdict, outcome.Policy.Name, ClientOf(request))
        {
            Settings = request.Settings,
            Services = services,
            IsAtEndpoint = isAtEndpoint,
            Prescribed = outcome.Verdict.Source == VerdictSource.AppSec ? request.Prescribed : null,
        };

    /// <summary>Runs the hook for an outcome. A hook may be misled by a path that other servers read differently, so for such a
    /// path it cannot weaken the remediation.</summary>
    private async ValueTask<Remediation> AskAsync(
        Func<RemediationContext, ValueTask<Remediation>> hook, HttpContext context, BouncerRequest request, PolicyOutcome outcome)
    {
        var remediation = await hook(Describe(context, request, outcome, isAtEndpoint: false));
        return request.IsAmbiguous ? evaluator.Stronger(outcome.Remediation, remediation) : remediation;
    }

    private async ValueTask TellAsync(Func<RemediationContext, RemediationResult, ValueTask> observer, RemediationContext remediation, RemediationResult result)
    {
        try
        {
            await observer(remediation, result);
        }
        catch (Exception error)
        {
            logger.ObserverFailed(error);
        }
    }

    /// <summary>The address under which a client is counted and remembered.</summary>
    private IPAddress? ClientOf(in BouncerRequest request) => embedded is null ? request.Address : embedded.Unwrap(request.Address);

    private static long IdOf(in PolicyOutcome outcome) => outcome.Verdict.Decision?.Id ?? 0;
}

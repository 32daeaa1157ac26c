using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Records remediations in metrics, logs, sinks and the request's features.</summary>
internal sealed class RemediationRecorder(
    RemediationRegistry registry, BouncerHttpMetrics metrics, IEnumerable<IRemediationSink> sinks, ILogger<RemediationRecorder> logger)
{
    private readonly IRemediationSink[] _sinks = [.. sinks];

    /// <summary>Makes an outcome available to the application.</summary>
    internal static void SetFeature(HttpContext context, in PolicyOutcome outcome) =>
        context.Features.Set<IBouncerFeature>(outcome.Policy.FeatureOf(outcome.Verdict, outcome.Remediation));

    internal static string OutcomeOf(RemediationResult result) => result switch
    {
        RemediationResult.Handled => Outcome.Handled,
        RemediationResult.Cleared => Outcome.Cleared,
        _ => Outcome.Continued,
    };

    /// <summary>Records a request that passes without a remediation, or because its policy is a dry run.</summary>
    internal void Passed(HttpContext context, in BouncerRequest request, in PolicyOutcome outcome)
    {
        SetFeature(context, outcome);
        if (outcome.Policy.IsDryRun && !outcome.Remediation.IsNone)
        {
            logger.DryRun(outcome.Remediation.Name, outcome.Policy.DisplayName);
            Remediated(context, request, outcome, registry.Find(outcome.Remediation), Outcome.DryRun);
        }
        else if (!outcome.Verdict.IsAllowed)
        {
            Remediated(context, request, outcome, registry.Find(outcome.Remediation), Outcome.Continued);
        }
    }

    /// <param name="context">The request.</param>
    /// <param name="request">The request's data.</param>
    /// <param name="outcome">The outcome that was applied.</param>
    /// <param name="registered">The remediation and handler that applied it; null if none did.</param>
    /// <param name="result">One of <see cref="Outcome"/>.</param>
    internal void Remediated(HttpContext context, in BouncerRequest request, in PolicyOutcome outcome, RegisteredRemediation? registered, string result)
    {
        // A hook can name any remediation. Only those with a handler are few enough for a tag.
        var name = outcome.Remediation.IsNone ? outcome.Remediation.Name : (registered?.Remediation ?? registry.Fallback).Name;
        var (policy, decision) = (outcome.Policy.DisplayName, outcome.Verdict.Decision);
        var isRefusal = IsRefusal(context.Response, result);
        metrics.Remediated(context.Features, name, outcome.Verdict, policy, result, isRefusal || (result == Outcome.Handled && request.Own is null), request.From);
        logger.Remediated(name, policy, result);
        if (request.Settings.Options.LogRefusals && isRefusal)
        {
            logger.Refused(
                Reference.Of(context), name, policy, result, decision?.Id, LogText.Of(decision?.Origin), LogText.Of(decision?.Scenario));
        }

        if (_sinks.Length > 0 && request.Own is null)
        {
            Tell(new(request.Address, new Remediation(name), result, policy, decision, Reference.Of(context)));
        }
    }

    private void Tell(in Remediated remediated)
    {
        foreach (var sink in _sinks)
        {
            sink.Take(remediated);
        }
    }

    /// <summary>Whether the visitor was refused: neither let through nor shown an endpoint of the bouncer.</summary>
    private static bool IsRefusal(HttpResponse response, string result) => result switch
    {
        Outcome.Handled => response.StatusCode >= StatusCodes.Status400BadRequest || response.Headers.GrpcStatus.Count > 0,
        Outcome.HandlerError or Outcome.Aborted => true,
        _ => false,
    };
}

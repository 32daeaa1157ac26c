using Bouncer.AspNetCore.Policies;

namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds the strongest outcome for everything that is known about a client. If a policy can reorder decisions, all of them
/// are evaluated, and a verdict that may be incomplete adds the outcome of <see cref="BouncerHttpOptions.WhenUnavailable"/>. If
/// several policies apply, each is evaluated as if it were the only one.</summary>
internal sealed class PolicyEvaluator(IBouncer bouncer)
{
    private static readonly BouncerVerdict Unknown = new(default, null, VerdictSource.Unavailable);

    /// <summary>The strongest outcome; that of the request's own policy if none is enforced or none is stronger.</summary>
    internal PolicyOutcome Evaluate(in BouncerRequest request)
    {
        var best = OutcomeOf(request, request.Verdict);
        if (request.IsPlain)
        {
            return best;
        }

        best = EvaluateOne(request, best);
        foreach (var policy in request.OtherPolicies)
        {
            var other = request with { Policy = policy };
            var outcome = EvaluateOne(other, OutcomeOf(other, other.Verdict));
            best = EnforcedStrengthOf(outcome) > EnforcedStrengthOf(best) ? outcome : best;
        }

        return best;
    }

    /// <summary>The strongest outcome with a handler that was not executed yet; of equally strong ones that of the request's own
    /// policy. Null if there is none.</summary>
    internal PolicyOutcome? Next(in BouncerRequest request, ExecutedRemediations executed)
    {
        var best = NextOfOne(request, executed);
        foreach (var policy in request.OtherPolicies)
        {
            var other = NextOfOne(request with { Policy = policy }, executed);
            best = StrengthOf(other) > StrengthOf(best) ? other : best;
        }

        return best;
    }

    internal Remediation Stronger(Remediation one, Remediation other) => Strength.Of(other, bouncer) > Strength.Of(one, bouncer) ? other : one;

    private PolicyOutcome EvaluateOne(in BouncerRequest request, PolicyOutcome? best)
    {
        if (request.Verdict.Decision is not null && request.Policy.Reorders)
        {
            best = Strongest(request, bouncer.CheckAll(request.Address, request.Verdict), best, null);
        }

        return StrongestBeside(request, best, null)!.Value;
    }

    private PolicyOutcome? NextOfOne(in BouncerRequest request, ExecutedRemediations executed)
    {
        if (request.Policy.IsDryRun)
        {
            return null;
        }

        var best = Stronger(OutcomeOf(request, request.Verdict), null, executed);
        best = Strongest(request, bouncer.CheckAll(request.Address, request.Verdict), best, executed);
        return StrongestBeside(request, best, executed);
    }

    /// <summary>Adds what is known apart from the client's address: the peer of a client whose address is unknown (which the
    /// client may have caused), other scopes, and that the verdict may be incomplete.</summary>
    private PolicyOutcome? StrongestBeside(in BouncerRequest request, PolicyOutcome? best, ExecutedRemediations? executed)
    {
        if (request.PeerAddress is { } peer)
        {
            best = Strongest(request with { IsUnresolved = false }, request.PeerVerdicts ?? bouncer.CheckAll(peer), best, executed);
        }

        best = Strongest(request, request.Others?.Found ?? [], best, executed);
        return request.Verdict.IsStale || request.IsPeerStale ? Stronger(OutcomeOf(request, Unknown), best, executed) : best;
    }

    private PolicyOutcome? Strongest(in BouncerRequest request, IReadOnlyList<BouncerVerdict> verdicts, PolicyOutcome? best, ExecutedRemediations? executed)
    {
        foreach (var verdict in verdicts)
        {
            best = Stronger(OutcomeOf(request, verdict), best, executed);
        }

        return best;
    }

    private PolicyOutcome? Stronger(in PolicyOutcome outcome, in PolicyOutcome? best, ExecutedRemediations? executed) =>
        (StrengthOf(outcome) > StrengthOf(best) || AddsDecision(outcome, best)) && executed?.CanExecute(outcome) is not false ? outcome : best;

    /// <summary>Whether an outcome equals the best one but, unlike it, has a decision, which the application then gets.</summary>
    private static bool AddsDecision(in PolicyOutcome outcome, in PolicyOutcome? best) =>
        outcome.Verdict.Decision is not null && best is { Verdict.Decision: null } other && other.Remediation == outcome.Remediation;

    private PolicyOutcome OutcomeOf(in BouncerRequest request, in BouncerVerdict verdict) =>
        new(request.Policy, verdict, request.Policy.Apply(verdict, request.IsUnresolved, bouncer));

    private int EnforcedStrengthOf(in PolicyOutcome outcome) => outcome.Policy.IsDryRun ? 0 : StrengthOf(outcome);

    private int StrengthOf(in PolicyOutcome? outcome) => outcome is { } one ? Strength.Of(one.Remediation, bouncer) : 0;
}

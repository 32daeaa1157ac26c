using Bouncer.AspNetCore.Policies;


namespace Bouncer.AspNetCore.Requests;

/// <summary>Finds what comes of everything that is known of a client under a policy: its address's verdict, which may have no
/// decision, all decisions, for a policy may make the strongest one the weakest, and that more may be decided than is known. Where
/// other policies count beside, each judges as it would alone.</summary>
internal sealed class PolicyEvaluator(IBouncer bouncer)
{
    private static readonly BouncerVerdict Unknown = new(default, null, VerdictSource.Unavailable);

    /// <summary>The strongest outcome; that of the request's own policy if none is enforced, or none is stronger.</summary>
    internal PolicyOutcome Judge(in BouncerRequest request)
    {
        var best = JudgeUnderOne(request);
        foreach (var policy in request.OtherPolicies)
        {
            var other = JudgeUnderOne(request with { Policy = policy });
            best = StrengthEnforced(other) > StrengthEnforced(best) ? other : best;
        }

        return best;
    }

    /// <summary>The strongest outcome that something carries out and nothing carried out yet; of equally strong ones that of the
    /// request's own policy.</summary>
    internal PolicyOutcome? Next(in BouncerRequest request, ExecutedRemediations done)
    {
        var best = NextUnderOne(request, done);
        foreach (var policy in request.OtherPolicies)
        {
            var other = NextUnderOne(request with { Policy = policy }, done);
            best = StrengthOf(other) > StrengthOf(best) ? other : best;
        }

        return best;
    }

    internal Remediation Stronger(Remediation one, Remediation other) => Strength.Of(other, bouncer) > Strength.Of(one, bouncer) ? other : one;

    private PolicyOutcome JudgeUnderOne(in BouncerRequest request)
    {
        PolicyOutcome? best = Rule(request, request.Verdict);
        if (request.Verdict.Decision is not null && request.Policy.Reorders)
        {
            best = Strongest(request, bouncer.CheckAll(request.Address, request.Verdict), best, null);
        }

        return StrongestBeside(request, best, null)!.Value;
    }

    private PolicyOutcome? NextUnderOne(in BouncerRequest request, ExecutedRemediations done)
    {
        if (request.Policy.IsDryRun)
        {
            return null;
        }

        var best = Stronger(Rule(request, request.Verdict), null, done);
        best = Strongest(request, bouncer.CheckAll(request.Address, request.Verdict), best, done);
        return StrongestBeside(request, best, done);
    }

    private int StrengthEnforced(in PolicyOutcome ruling) => ruling.Policy.IsDryRun ? 0 : StrengthOf(ruling);

    private PolicyOutcome? StrongestBeside(in BouncerRequest request, PolicyOutcome? best, ExecutedRemediations? done)
    {
        best = StrongestAtHand(request, best, done);
        best = Strongest(request, request.Others?.Found ?? [], best, done);
        return request.Verdict.IsStale || request.IsPeerStale ? Stronger(Rule(request, Unknown), best, done) : best;
    }

    /// <summary>A client that a proxy should have named may have seen to it that it is not: what is decided on the address at hand
    /// counts beside.</summary>
    private PolicyOutcome? StrongestAtHand(in BouncerRequest request, PolicyOutcome? best, ExecutedRemediations? done) =>
        request.PeerAddress is { } address ? Strongest(request with { IsUnresolved = false }, request.PeerVerdicts ?? bouncer.CheckAll(address), best, done) : best;

    private PolicyOutcome? Strongest(in BouncerRequest request, IReadOnlyList<BouncerVerdict> verdicts, PolicyOutcome? best, ExecutedRemediations? done)
    {
        foreach (var verdict in verdicts)
        {
            best = Stronger(Rule(request, verdict), best, done);
        }

        return best;
    }

    private PolicyOutcome? Stronger(in PolicyOutcome ruling, in PolicyOutcome? best, ExecutedRemediations? done) =>
        (StrengthOf(ruling) > StrengthOf(best) || TellsMore(ruling, best)) && done?.Lacks(ruling) is not false ? ruling : best;

    /// <summary>Of two outcomes alike the application is told the one that has a decision.</summary>
    private static bool TellsMore(in PolicyOutcome ruling, in PolicyOutcome? best) =>
        ruling.Verdict.Decision is not null && best is { Verdict.Decision: null } other && other.Remediation == ruling.Remediation;

    private PolicyOutcome Rule(in BouncerRequest request, in BouncerVerdict verdict) => new(request.Policy, verdict, request.Policy.Apply(verdict, request.IsUnresolved, bouncer));

    private int StrengthOf(in PolicyOutcome? ruling) => ruling is { } one ? Strength.Of(one.Remediation, bouncer) : 0;
}

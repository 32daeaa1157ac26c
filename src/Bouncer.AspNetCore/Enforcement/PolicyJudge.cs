using Bouncer.AspNetCore.Policies;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Finds what comes of everything that is known of a client under a policy: its address's verdict, which may have no
/// decision, all decisions, for a policy may make the strongest one the weakest, and that more may be decided than is known.</summary>
internal sealed class PolicyJudge(IBouncer bouncer)
{
    private static readonly BouncerVerdict Unknown = new(default, null, VerdictSource.Unavailable);

    /// <summary>The strongest outcome.</summary>
    internal Ruling Judge(in CheckedRequest request)
    {
        Ruling? best = Rule(request, request.Verdict);
        if (request.Verdict.Decision is not null && request.Policy.Reorders)
        {
            best = Strongest(request, bouncer.CheckAll(request.Address, request.Verdict), best, []);
        }

        return StrongestBeside(request, best, [])!.Value;
    }

    /// <summary>The strongest outcome but for those whose remediation was carried out already.</summary>
    internal Ruling? Next(in CheckedRequest request, IReadOnlyCollection<Remediation> done)
    {
        var best = Stronger(Rule(request, request.Verdict), null, done);
        best = Strongest(request, bouncer.CheckAll(request.Address, request.Verdict), best, done);
        return StrongestBeside(request, best, done);
    }

    /// <summary>The request under the policy by which most is done with the client; of several that do the same, under its own or
    /// else the default one. A dry run does nothing.</summary>
    /// <param name="request">The request.</param>
    /// <param name="policies">All policies, the default one first.</param>
    internal CheckedRequest UnderStrictest(in CheckedRequest request, IEnumerable<BouncerPolicy> policies)
    {
        var (strictest, most) = (request with { IsTwoFaced = true }, StrengthEnforced(request));
        foreach (var policy in policies)
        {
            var other = strictest with { Policy = policy };
            if (StrengthEnforced(other) is var strength && strength > most)
            {
                (strictest, most) = (other, strength);
            }
        }

        return strictest;
    }

    internal Remediation Stronger(Remediation one, Remediation other) => Strength.Of(other, bouncer) > Strength.Of(one, bouncer) ? other : one;

    private int StrengthEnforced(in CheckedRequest request) => request.Policy.IsDryRun ? 0 : StrengthOf(Judge(request));

    private Ruling? StrongestBeside(in CheckedRequest request, Ruling? best, IReadOnlyCollection<Remediation> done)
    {
        best = StrongestAtHand(request, best, done);
        best = Strongest(request, request.Others?.Found ?? [], best, done);
        return request.Verdict.IsStale || request.IsStaleAtHand ? Stronger(Rule(request, Unknown), best, done) : best;
    }

    /// <summary>A client that a proxy should have named may have seen to it that it is not: what is decided on the address at hand
    /// counts beside.</summary>
    private Ruling? StrongestAtHand(in CheckedRequest request, Ruling? best, IReadOnlyCollection<Remediation> done) =>
        request.AtHand is { } address ? Strongest(request with { ShouldBeNamed = false }, request.AllAtHand ?? bouncer.CheckAll(address), best, done) : best;

    private Ruling? Strongest(in CheckedRequest request, IReadOnlyList<BouncerVerdict> verdicts, Ruling? best, IReadOnlyCollection<Remediation> done)
    {
        foreach (var verdict in verdicts)
        {
            best = Stronger(Rule(request, verdict), best, done);
        }

        return best;
    }

    private Ruling? Stronger(in Ruling ruling, in Ruling? best, IReadOnlyCollection<Remediation> done) =>
        !done.Contains(ruling.Remediation) && (StrengthOf(ruling) > StrengthOf(best) || TellsMore(ruling, best)) ? ruling : best;

    /// <summary>Of two outcomes alike the application is told the one that has a decision.</summary>
    private static bool TellsMore(in Ruling ruling, in Ruling? best) =>
        ruling.Verdict.Decision is not null && best is { Verdict.Decision: null } other && other.Remediation == ruling.Remediation;

    private Ruling Rule(in CheckedRequest request, in BouncerVerdict verdict) => new(verdict, request.Policy.Apply(verdict, request.ShouldBeNamed, bouncer));

    private int StrengthOf(in Ruling? ruling) => ruling is { } one ? Strength.Of(one.Remediation, bouncer) : 0;
}

using Bouncer.AspNetCore.Policies;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Finds what comes of everything that is known of a client under a policy: its address's verdict, which may have no
/// decision, and all decisions, for a policy may make the strongest one the weakest.</summary>
internal sealed class PolicyJudge(IBouncer bouncer)
{
    /// <summary>The strongest outcome.</summary>
    internal Ruling Judge(in CheckedRequest request)
    {
        Ruling? best = Rule(request, request.Verdict);
        if (request.Verdict.Decision is not null && request.Policy.Reorders)
        {
            best = Strongest(request, bouncer.CheckAll(request.Address), best, []);
        }

        best = StrongestAtHand(request, best, []);
        return Strongest(request, request.Others?.Found ?? [], best, [])!.Value;
    }

    /// <summary>The strongest outcome but for those whose remediation was carried out already.</summary>
    internal Ruling? Next(in CheckedRequest request, IReadOnlyCollection<Remediation> done)
    {
        var best = Stronger(Rule(request, request.Verdict), null, done);
        best = Strongest(request, bouncer.CheckAll(request.Address), best, done);
        best = StrongestAtHand(request, best, done);
        return Strongest(request, request.Others?.Found ?? [], best, done);
    }

    /// <summary>A client that a proxy should have named may have seen to it that it is not: what is decided on the address at hand
    /// counts beside.</summary>
    private Ruling? StrongestAtHand(in CheckedRequest request, Ruling? best, IReadOnlyCollection<Remediation> done) =>
        request.AtHand is { } address ? Strongest(request with { ShouldBeNamed = false }, bouncer.CheckAll(address), best, done) : best;

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

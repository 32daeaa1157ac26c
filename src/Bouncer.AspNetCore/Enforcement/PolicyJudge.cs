using Bouncer.AspNetCore.Policies;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Finds what comes of a client's decisions under a policy: of all of them, for a policy may make the strongest one
/// the weakest.</summary>
internal sealed class PolicyJudge(IBouncer bouncer)
{
    /// <summary>The strongest outcome.</summary>
    internal Ruling Judge(in CheckedRequest request, in BouncerVerdict verdict)
    {
        var best = Rule(request, verdict);
        if (verdict.Decision is not null && request.Policy.Reorders)
        {
            best = Strongest(request, bouncer.CheckAll(request.Address), null, below: int.MaxValue) ?? best;
        }

        return request.Others is { } others ? Strongest(request, others, best, below: int.MaxValue)!.Value : best;
    }

    /// <summary>The strongest outcome that is weaker than one the client was cleared of.</summary>
    internal Ruling? Below(in CheckedRequest request, in Ruling cleared)
    {
        var below = bouncer.SeverityOf(cleared.Remediation);
        return Strongest(request, request.Others ?? [], Strongest(request, bouncer.CheckAll(request.Address), null, below), below);
    }

    private Ruling? Strongest(in CheckedRequest request, IReadOnlyList<BouncerVerdict> verdicts, Ruling? best, int below)
    {
        foreach (var verdict in verdicts)
        {
            var ruling = Rule(request, verdict);
            if (SeverityOf(ruling) < below && (SeverityOf(ruling) > SeverityOf(best) || TellsMore(ruling, best)))
            {
                best = ruling;
            }
        }

        return best;
    }

    /// <summary>Of two outcomes alike the application is told the one that has a decision.</summary>
    private bool TellsMore(in Ruling ruling, in Ruling? best) =>
        ruling.Verdict.Decision is not null && best is { Verdict.Decision: null } && SeverityOf(ruling) == SeverityOf(best);

    private Ruling Rule(in CheckedRequest request, in BouncerVerdict verdict) => new(verdict, request.Policy.Apply(verdict, request.ShouldBeNamed, bouncer));

    private int SeverityOf(Ruling? ruling) => ruling is { } one ? bouncer.SeverityOf(one.Remediation) : 0;
}

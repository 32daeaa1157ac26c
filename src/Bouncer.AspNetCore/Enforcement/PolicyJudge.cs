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
            best = Strongest(request, bouncer.CheckAll(request.Address), null, []) ?? best;
        }

        return request.Others is { } others ? Strongest(request, others, best, [])!.Value : best;
    }

    /// <summary>The strongest outcome but for those whose remediation was carried out already.</summary>
    internal Ruling? Next(in CheckedRequest request, IReadOnlyCollection<Remediation> done) =>
        Strongest(request, request.Others ?? [], Strongest(request, bouncer.CheckAll(request.Address), null, done), done);

    private Ruling? Strongest(in CheckedRequest request, IReadOnlyList<BouncerVerdict> verdicts, Ruling? best, IReadOnlyCollection<Remediation> done)
    {
        foreach (var verdict in verdicts)
        {
            var ruling = Rule(request, verdict);
            if (!done.Contains(ruling.Remediation) && (SeverityOf(ruling) > SeverityOf(best) || TellsMore(ruling, best)))
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

using Bouncer.AspNetCore.Policies;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Finds what comes of a client's decisions under a policy: of all of them, for a policy may make the strongest one
/// the weakest.</summary>
internal sealed class PolicyJudge(IBouncer bouncer)
{
    /// <summary>The strongest outcome.</summary>
    internal Ruling Judge(in CheckedRequest request, in BouncerVerdict verdict)
    {
        var first = new Ruling(verdict, request.Policy.Apply(verdict, bouncer));
        return verdict.Decision is not null && request.Policy.Reorders ? Strongest(request, first, below: int.MaxValue) ?? first : first;
    }

    /// <summary>The strongest outcome that is weaker than one the client was cleared of.</summary>
    internal Ruling? Below(in CheckedRequest request, in Ruling cleared) =>
        Strongest(request, null, bouncer.SeverityOf(cleared.Remediation));

    private Ruling? Strongest(in CheckedRequest request, Ruling? best, int below)
    {
        foreach (var verdict in bouncer.CheckAll(request.Address))
        {
            var ruling = new Ruling(verdict, request.Policy.Apply(verdict, bouncer));
            if (SeverityOf(ruling) < below && SeverityOf(ruling) > SeverityOf(best))
            {
                best = ruling;
            }
        }

        return best;
    }

    private int SeverityOf(Ruling? ruling) => ruling is { } one ? bouncer.SeverityOf(one.Remediation) : 0;
}

using Bouncer;
using Microsoft.Extensions.Options;

namespace Gateway.StartPage;

// What GET /.bouncer/status answers.
internal sealed record StatusReport(
    string Mode, bool Ready, bool Stale, bool AccessForbidden, bool Degraded, DateTimeOffset? LastSuccess, DateTimeOffset? LastFullSync,
    int ConsecutiveFailures, string? LastError, int SkippedDecisions, int DoubtedDecisions, bool KeyShared, string Lapi, double IntervalSeconds, int DecisionCount,
    IEnumerable<DecisionGroup> Decisions, IEnumerable<ReplayTarget> Replays, IEnumerable<SeenVerdict> Verdicts)
{
    public static StatusReport Create(IBouncer bouncer, IDecisionStore store, IOptions<BouncerOptions> options, RecentVerdicts verdicts)
    {
        var status = bouncer.Status;
        var settings = options.Value;
        var decisions = store.Enumerate().ToArray();
        return new StatusReport(
            status.Mode.ToString().ToLowerInvariant(), status.IsReady, status.IsStale, status.IsAccessForbidden, status.IsDegraded,
            status.LastSuccess, status.LastFullSync, status.ConsecutiveFailures, status.LastError, status.SkippedDecisions,
            status.DoubtedDecisions, status.IsKeyShared,
            settings.Lapi.Url?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) ?? "", settings.Sync.Interval.TotalSeconds,
            decisions.Length, DecisionGroup.Of(decisions), ReplayTarget.Choose(decisions, store), verdicts.NewestFirst());
    }
}

using Bouncer;

namespace Gateway.StartPage;

// A verdict as the page shows it.
internal sealed record SeenVerdict(
    DateTimeOffset Time, string Address, string Path, string Remediation, string Outcome, string? Decision, string? Scenario, string? Origin)
{
    private const int LongestPath = 120;

    public static SeenVerdict Of(HttpContext context, DateTimeOffset time, Remediation remediation, string outcome, Decision? decision)
    {
        var path = context.Request.Path.Value ?? "";
        return new SeenVerdict(
            time, context.Connection.RemoteIpAddress?.ToString() ?? "", path.Length > LongestPath ? path[..LongestPath] : path,
            remediation.Name, outcome, decision is null ? null : $"{decision.Scope} {decision.Value}", decision?.Scenario, decision?.Origin);
    }
}

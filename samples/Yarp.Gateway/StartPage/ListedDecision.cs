using Bouncer;

namespace Gateway.StartPage;

// A decision as the page and the scripts of an operator see it.
internal sealed record ListedDecision(
    long Id, string Scope, string Value, string Type, string Origin, string Scenario, DateTimeOffset ExpiresAt, long RemainingSeconds, string? ReplayAs)
{
    public static ListedDecision Of(Decision decision, DateTimeOffset now) => new(
        decision.Id, decision.Scope.Name, decision.Value, decision.Type, decision.Origin, decision.Scenario, decision.ExpiresAt,
        Math.Max(0, (long)(decision.ExpiresAt - now).TotalSeconds), decision.Network is { } network ? ReplayTarget.AddressIn(network).ToString() : null);
}

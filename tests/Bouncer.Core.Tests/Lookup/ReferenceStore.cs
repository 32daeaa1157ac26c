using Bouncer.Lookup;
using Bouncer.Net;

namespace Bouncer.Tests.Lookup;

/// <summary>What <see cref="DecisionStore"/> must agree with: a plain list of decisions, searched from end to end.</summary>
internal sealed class ReferenceStore(DecisionIdentity identity, RemediationSeverities severities, int max)
{
    private List<Decision> _held = [];

    internal IReadOnlyList<Decision> Held => _held;

    /// <summary>All that a decision says, as one text.</summary>
    internal static string Text(Decision decision) =>
        $"{decision.Value} {decision.Type} #{decision.Id} {decision.Scope} {decision.Origin} {decision.Scenario} {decision.Remediation} {decision.Prefix?.Key.Low}/{decision.Prefix?.Length} until {decision.Deadline}";

    internal void Apply(IEnumerable<Decision> deleted, IEnumerable<Decision> added)
    {
        foreach (var decision in deleted)
        {
            _held.RemoveAll(held => IsSame(held, decision));
        }

        foreach (var decision in added)
        {
            Offer(_held, decision);
        }

        _held = Cut(_held);
    }

    /// <summary>Holds what is listed; where the store holds the same with an end that is near enough, its end counts.</summary>
    internal void Replace(IEnumerable<Decision> list, IEnumerable<Decision> stored, long tolerance)
    {
        var folded = new List<Decision>();
        foreach (var decision in list)
        {
            Offer(folded, decision);
        }

        var known = stored.ToLookup(decision => (decision.Id, decision.Scope, decision.Value, decision.Type));
        _held = Cut(folded).ConvertAll(listed => known[(listed.Id, listed.Scope, listed.Value, listed.Type)]
            .FirstOrDefault(held => Math.Abs(held.Deadline - listed.Deadline) <= tolerance && Text(At(listed, held.Deadline)) == Text(held)) ?? listed);
    }

    internal void RemoveExpired(long now) => _held.RemoveAll(held => held.Deadline <= now);

    internal IEnumerable<Decision> FindAll(IpKey address, long now) => Sorted(held => held.Prefix?.Contains(address) == true, now);

    internal IEnumerable<Decision> FindAll(DecisionScope scope, string value, long now)
    {
        var comparison = scope == DecisionScope.Country || scope == DecisionScope.AS ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        return Sorted(held => held.Prefix is null && held.Scope == scope && held.Value.Equals(value, comparison), now);
    }

    /// <summary>The same decision with another end.</summary>
    internal static Decision At(Decision decision, long deadline) => new()
    {
        Id = decision.Id,
        Origin = decision.Origin,
        Scenario = decision.Scenario,
        Scope = decision.Scope,
        Value = decision.Value,
        Prefix = decision.Prefix,
        Remediation = decision.Remediation,
        Type = decision.Type,
        Deadline = deadline,
    };

    private IEnumerable<Decision> Sorted(Predicate<Decision> isAsked, long now) => _held.FindAll(isAsked)
        .Where(held => held.Deadline > now)
        .OrderByDescending(held => severities.Of(held.Remediation))
        .ThenByDescending(held => held.Prefix?.Length)
        .ThenByDescending(held => held.Deadline);

    private void Offer(List<Decision> decisions, Decision decision)
    {
        var same = decisions.FindIndex(held => IsSame(held, decision));
        if (same < 0)
        {
            decisions.Add(decision);
        }
        else if (IsById(decision) || decision.Deadline > decisions[same].Deadline)
        {
            decisions[same] = decision;
        }
    }

    private List<Decision> Cut(List<Decision> decisions) =>
        [.. decisions.OrderByDescending(held => severities.Of(held.Remediation)).ThenByDescending(held => held.Deadline).Take(max)];

    private bool IsSame(Decision held, Decision decision) => IsById(decision)
        ? held.Id == decision.Id
        : held.Scope == decision.Scope && held.Type == decision.Type && held.Value == decision.Value;

    private bool IsById(Decision decision) => identity == DecisionIdentity.Id && decision.Id != 0;
}

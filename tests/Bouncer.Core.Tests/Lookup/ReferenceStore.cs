using Bouncer.Lookup;
using Bouncer.Net;

namespace Bouncer.Tests.Lookup;

/// <summary>What <see cref="DecisionStore"/> must agree with: a plain list of decisions, searched from end to end.</summary>
internal sealed class ReferenceStore(RemediationSeverities severities, int max, long tolerance)
{
    private List<Decision> _held = [];

    internal IReadOnlyList<Decision> Held => _held;

    /// <summary>All that a decision says, as one text.</summary>
    internal static string Text(Decision decision) =>
        $"{decision.Value} {decision.Type} #{decision.Id} {decision.Scope} {decision.Origin} {decision.Scenario} {decision.Remediation} {decision.Prefix?.Key.Low}/{decision.Prefix?.Length} until {decision.Deadline}";

    internal void Apply(IReadOnlyList<long> deleted, IEnumerable<Decision> added)
    {
        _held.RemoveAll(held => deleted.Contains(TestRows.IdOf(held)));
        Offer(added);
        Cut();
    }

    internal void Replace(IReadOnlyCollection<Decision> list, IReadOnlySet<long> kept)
    {
        var listed = TestRows.Ids(list).ToHashSet();
        _held.RemoveAll(held => !listed.Contains(TestRows.IdOf(held)) && !kept.Contains(TestRows.IdOf(held)));
        Offer(list);
        Cut();
    }

    internal void RemoveExpired(long now) => _held.RemoveAll(held => held.Deadline <= now);

    internal Decision? Find(long id) => _held.Find(held => TestRows.IdOf(held) == id);

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

    /// <summary>The last decision with an id counts, unless it says the same as the one that is held.</summary>
    private void Offer(IEnumerable<Decision> decisions)
    {
        foreach (var decision in decisions)
        {
            var same = _held.FindIndex(held => TestRows.IdOf(held) == TestRows.IdOf(decision));
            if (same < 0)
            {
                _held.Add(decision);
            }
            else if (!IsUnchanged(_held[same], decision))
            {
                _held[same] = decision;
            }
        }
    }

    private bool IsUnchanged(Decision held, Decision decision) =>
        Text(At(decision, held.Deadline)) == Text(held)
        && (held.Deadline > decision.Deadline ? held.Deadline - decision.Deadline : decision.Deadline - held.Deadline) <= tolerance;

    private void Cut() =>
        _held = [.. _held.OrderByDescending(held => severities.Of(held.Remediation)).ThenByDescending(held => held.Deadline).Take(max)];
}

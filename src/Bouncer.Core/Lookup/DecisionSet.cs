namespace Bouncer.Lookup;

/// <summary>The decisions on one network or value, the strongest first. Immutable, never empty.</summary>
internal sealed class DecisionSet
{
    private readonly Decision[] _decisions;
    private readonly int[] _severities;

    private DecisionSet(Decision[] decisions, int[] severities)
    {
        _decisions = decisions;
        _severities = severities;
    }

    internal ReadOnlySpan<Decision> Decisions => _decisions;

    internal static DecisionSet Of(Decision decision, RemediationSeverities severities) =>
        new([decision], [severities.Of(decision.Remediation)]);

    /// <summary>The strongest decision that still lives.</summary>
    internal bool TryGetStrongest(long now, out Decision? decision, out int severity)
    {
        for (var i = 0; i < _decisions.Length; i++)
        {
            if (_decisions[i].Deadline > now)
            {
                decision = _decisions[i];
                severity = _severities[i];
                return true;
            }
        }

        decision = null;
        severity = 0;
        return false;
    }

    internal DecisionSet With(Decision decision, RemediationSeverities severities)
    {
        var severity = severities.Of(decision.Remediation);
        var at = 0;
        while (at < _decisions.Length && Compare(_severities[at], _decisions[at], severity, decision) >= 0)
        {
            at++;
        }

        return new DecisionSet([.. _decisions[..at], decision, .. _decisions[at..]], [.. _severities[..at], severity, .. _severities[at..]]);
    }

    /// <summary>The set without one decision; null if that was all.</summary>
    internal DecisionSet? Without(Decision decision)
    {
        var at = Array.IndexOf(_decisions, decision);
        if (at < 0)
        {
            return this;
        }

        return _decisions.Length == 1
            ? null
            : new DecisionSet([.. _decisions[..at], .. _decisions[(at + 1)..]], [.. _severities[..at], .. _severities[(at + 1)..]]);
    }

    /// <summary>Equal strength: the one that lives longer first, so that the choice does not depend on arrival.</summary>
    private static int Compare(int severity, Decision decision, int otherSeverity, Decision other) =>
        severity != otherSeverity ? severity.CompareTo(otherSeverity) : decision.Deadline.CompareTo(other.Deadline);
}

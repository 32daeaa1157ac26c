namespace Bouncer.Lapi.Wire;

/// <summary>The members of a decision that are read; any other is <see cref="Other"/>.</summary>
internal enum DecisionField
{
    Other = 0,
    Id,
    Origin,
    Scenario,
    Scope,
    Type,
    Value,
    Duration,
}

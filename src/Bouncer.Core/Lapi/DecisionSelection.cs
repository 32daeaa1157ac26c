namespace Bouncer.Lapi;

/// <summary>Selects a part of LAPI's decisions, within the filters of the settings. A null property does not restrict.</summary>
internal readonly record struct DecisionSelection
{
    /// <summary>Only ids larger than this. CrowdSec ignores it before 1.5, as it does <see cref="Offset"/> and
    /// <see cref="Limit"/> (pkg/database/decisionfilter.go).</summary>
    internal long? AboveId { get; init; }

    /// <summary>The number of decisions to skip, in LAPI's own order.</summary>
    internal long? Offset { get; init; }

    /// <summary>The maximum number of decisions, in LAPI's own order.</summary>
    internal long? Limit { get; init; }

    /// <summary>Only these origins.</summary>
    internal IReadOnlyCollection<string>? Origins { get; init; }

    /// <summary>Only exactly this value.</summary>
    internal string? Value { get; init; }
}

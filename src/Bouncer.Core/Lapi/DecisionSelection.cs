namespace Bouncer.Lapi;

/// <summary>A part of the decisions that LAPI has, within the filters of the settings. What is null does not restrict.</summary>
internal readonly record struct DecisionSelection
{
    /// <summary>Only ids larger than this. CrowdSec ignores it before 1.5, as it does <see cref="Offset"/> and
    /// <see cref="Limit"/> (pkg/database/decisionfilter.go).</summary>
    internal long? AboveId { get; init; }

    /// <summary>So many fewer, in LAPI's own order.</summary>
    internal long? Offset { get; init; }

    /// <summary>No more than this, in LAPI's own order.</summary>
    internal long? Limit { get; init; }

    /// <summary>Only these origins.</summary>
    internal IReadOnlyCollection<string>? Origins { get; init; }

    /// <summary>Only this value, letter by letter.</summary>
    internal string? Value { get; init; }
}

using Bouncer.Testing.Decisions;

namespace Bouncer.Testing;

/// <summary>One row of the decisions table.</summary>
/// <param name="Id">Counts up from 1.</param>
/// <param name="Uuid">Sent by the newest dialect, in streams only.</param>
/// <param name="CreatedAt">When the row was added; what a delta compares with the last pull.</param>
/// <param name="Until">When the decision ends or ended.</param>
/// <param name="Scope"><c>Ip</c>, <c>Range</c>, <c>Country</c>, <c>AS</c>, or any other text as given.</param>
/// <param name="Value">The text as given.</param>
/// <param name="Type">ban, captcha, or any other text.</param>
/// <param name="Origin">cscli, crowdsec, CAPI, lists, …</param>
/// <param name="Scenario">Why.</param>
/// <param name="Simulated">Left out of answers unless asked for.</param>
public sealed record StoredDecision(
    long Id,
    Guid Uuid,
    DateTimeOffset CreatedAt,
    DateTimeOffset Until,
    string Scope,
    string Value,
    string Type,
    string Origin,
    string Scenario,
    bool Simulated)
{
    // Null for scopes that name no address, and for values that are none: such a row never matches an ip or range filter.
    internal AddressRange? Addresses { get; init; }
}

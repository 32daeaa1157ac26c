using Bouncer.Testing.Decisions;

namespace Bouncer.Testing;

/// <summary>One row of the decisions table.</summary>
/// <param name="Id">The id, starting at 1.</param>
/// <param name="Uuid">Sent by the newest dialect, in streams only.</param>
/// <param name="CreatedAt">When the row was added; a delta compares it with the last pull.</param>
/// <param name="Until">When the decision ends or ended.</param>
/// <param name="Scope"><c>Ip</c>, <c>Range</c>, <c>Country</c>, <c>AS</c>, or any other text as given.</param>
/// <param name="Value">The text as given.</param>
/// <param name="Type">ban, captcha, or any other text.</param>
/// <param name="Origin">cscli, crowdsec, CAPI, lists, …</param>
/// <param name="Scenario">The scenario.</param>
/// <param name="Simulated">Whether it is omitted from answers unless it is requested.</param>
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
    // Null for scopes other than addresses and for values that are not addresses: such a row never matches an ip or range filter.
    internal AddressRange? Addresses { get; init; }
}

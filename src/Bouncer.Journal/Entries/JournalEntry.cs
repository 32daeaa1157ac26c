using System.Net;
using System.Text.Json.Serialization;

namespace Bouncer.Journal;

/// <summary>What was done to a visitor, as exactly as the journal still knows it.</summary>
/// <param name="From">The beginning of the span of time in which it happened, in UTC; the moment of an exact entry.</param>
/// <param name="Until">The end of that span, which is not part of it; equal to <paramref name="From"/> for an exact entry.</param>
/// <param name="Network">The network in which the visitor's address lies: the address itself in an exact entry. Null if the address was
/// not known.</param>
/// <param name="Remediation">The remediation, such as ban.</param>
/// <param name="Outcome">What came of it, as in the tag <c>bouncer.outcome</c>.</param>
/// <param name="Policy">The name of the policy.</param>
/// <param name="Origin">The origin of the decision; empty if there was none.</param>
/// <param name="Scenario">The scenario of the decision; empty if there was none.</param>
/// <param name="Decision">The decision's id in LAPI; null if there was none, or the entry is no longer exact.</param>
/// <param name="Reference">The reference that the visitor saw; null if the entry is no longer exact.</param>
/// <param name="Count">How many equal events the entry stands for.</param>
public sealed record JournalEntry(
    DateTimeOffset From,
    DateTimeOffset Until,
    [property: JsonConverter(typeof(BouncerJsonConverter))] IPNetwork? Network,
    string Remediation,
    string Outcome,
    string Policy,
    string Origin,
    string Scenario,
    long? Decision,
    string? Reference,
    long Count);

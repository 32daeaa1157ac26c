namespace Bouncer.Engine;

/// <summary>LAPI's answer about one address, and how long it may be used.</summary>
/// <param name="Decisions">The decisions, strongest first.</param>
/// <param name="Deadline">The timestamp from which LAPI is queried again.</param>
/// <param name="Until">The timestamp until which the decisions on exactly this address stay in effect if LAPI cannot be queried
/// after the deadline; 0 if there are none.</param>
/// <param name="IsStale">Whether LAPI could not be queried: the decisions, if any, are from earlier answers.</param>
internal sealed record LiveAnswer(IReadOnlyList<Decision> Decisions, long Deadline, long Until, bool IsStale = false);

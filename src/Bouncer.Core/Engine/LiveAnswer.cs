namespace Bouncer.Engine;

/// <summary>What LAPI said about one address, and how long that may be used.</summary>
/// <param name="Decisions">The decisions, the strongest first.</param>
/// <param name="Deadline">The timestamp from which LAPI is to be asked again.</param>
/// <param name="Until">The timestamp to which the decisions on the address alone stay in force when it cannot be asked then; 0 if
/// there are none.</param>
/// <param name="IsStale">Whether LAPI could not be asked: the decisions, if there are any, are what it said before.</param>
internal sealed record LiveAnswer(IReadOnlyList<Decision> Decisions, long Deadline, long Until, bool IsStale = false);

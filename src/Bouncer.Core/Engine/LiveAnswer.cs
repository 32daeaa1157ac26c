namespace Bouncer.Engine;

/// <summary>What LAPI said about one address, and how long that may be used. Null decisions: it could not be asked.</summary>
/// <param name="Decisions">The decisions, the strongest first.</param>
/// <param name="Deadline">The timestamp from which LAPI is to be asked anew.</param>
internal sealed record LiveAnswer(IReadOnlyList<Decision>? Decisions, long Deadline);

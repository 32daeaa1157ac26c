using Bouncer.Decisions;

namespace Bouncer.Lapi;

/// <summary>What LAPI has of a <see cref="DecisionSelection"/> at one moment: all of it, or the call fails.</summary>
/// <param name="Rows">The usable decisions that still live.</param>
/// <param name="Unusable">The others.</param>
/// <param name="Count">How many decisions LAPI listed, those that are unusable or at their end included.</param>
internal sealed record ListAnswer(DecisionRows Rows, UnusableDecisions Unusable, int Count);

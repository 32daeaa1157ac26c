using Bouncer.Decisions;

namespace Bouncer.Lapi;

/// <summary>One whole and well-formed answer of LAPI's stream.</summary>
/// <param name="Added">The usable decisions under <c>new</c> that still live.</param>
/// <param name="Deleted">The usable decisions under <c>deleted</c>; their deadlines mean nothing.</param>
/// <param name="Skipped">What was unusable, by reason.</param>
internal sealed record StreamAnswer(
    DecisionRows Added,
    DecisionRows Deleted,
    SkippedDecisions Skipped);

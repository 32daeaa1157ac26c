using Bouncer.Decisions;

namespace Bouncer.Lapi;

/// <summary>All decisions that LAPI has of a <see cref="DecisionSelection"/>.</summary>
/// <param name="Rows">The usable decisions that have not ended.</param>
/// <param name="Unusable">The unusable decisions.</param>
/// <param name="Count">The number of decisions listed, including unusable and ended ones.</param>
internal sealed record ListAnswer(DecisionRows Rows, UnusableDecisions Unusable, int Count);

using Bouncer.Decisions;

namespace Bouncer.Lapi;

/// <summary>A complete and well-formed answer of LAPI's stream.</summary>
/// <param name="Added">The usable decisions under <c>new</c> that have not ended.</param>
/// <param name="Deleted">The ids under <c>deleted</c>.</param>
/// <param name="Unusable">The unusable decisions under <c>new</c>.</param>
/// <param name="Count">The number of decisions under <c>new</c>, including unusable and ended ones.</param>
internal sealed record StreamAnswer(DecisionRows Added, IReadOnlyList<long> Deleted, UnusableDecisions Unusable, int Count)
{
    /// <summary>The ids of the decisions under <c>new</c> that have ended.</summary>
    internal IReadOnlyList<long> Ended { get; init; } = [];
}

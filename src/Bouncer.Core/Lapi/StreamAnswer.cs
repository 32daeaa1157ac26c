using Bouncer.Decisions;

namespace Bouncer.Lapi;

/// <summary>One whole and well-formed answer of LAPI's stream.</summary>
/// <param name="Added">The usable decisions under <c>new</c> that still live.</param>
/// <param name="Deleted">The ids under <c>deleted</c>.</param>
/// <param name="Unusable">The decisions under <c>new</c> that cannot be used.</param>
/// <param name="Count">How many decisions stand under <c>new</c>, those that are unusable or at their end included.</param>
internal sealed record StreamAnswer(DecisionRows Added, IReadOnlyList<long> Deleted, UnusableDecisions Unusable, int Count)
{
    /// <summary>The ids of those under <c>new</c> that are at their end.</summary>
    internal IReadOnlyList<long> Ended { get; init; } = [];
}

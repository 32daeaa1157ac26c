namespace Bouncer.Lapi;

/// <summary>What LAPI said about one address.</summary>
/// <param name="Decisions">The usable decisions that still live.</param>
/// <param name="Unusable">The others.</param>
/// <param name="Count">How many decisions LAPI listed, those that are unusable or at their end included.</param>
internal sealed record LiveReply(IReadOnlyList<Decision> Decisions, UnusableDecisions Unusable, int Count)
{
    /// <summary>Why not all of the answer was read; null if it was.</summary>
    internal LapiException? Cut { get; init; }
}

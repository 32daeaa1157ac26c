namespace Bouncer.Lapi;

/// <summary>LAPI's answer about one address.</summary>
/// <param name="Decisions">The usable decisions that have not ended.</param>
/// <param name="Unusable">The unusable decisions.</param>
/// <param name="Count">The number of decisions listed, including unusable and ended ones.</param>
internal sealed record LiveReply(IReadOnlyList<Decision> Decisions, UnusableDecisions Unusable, int Count)
{
    /// <summary>Why the answer was not read completely; null if it was.</summary>
    internal LapiException? Cut { get; init; }
}

namespace Bouncer.Sync;

/// <summary>How far a whole list is believed.</summary>
/// <param name="Kept">The ids of the decisions that stay although the list lacks them; null or empty if there is none.</param>
/// <param name="Doubt">Why it is in doubt: a constant of <see cref="DoubtReason"/>; null if it is believed.</param>
internal readonly record struct ListVerdict(IReadOnlySet<long>? Kept, string? Doubt);

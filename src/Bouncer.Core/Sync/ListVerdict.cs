namespace Bouncer.Sync;

/// <summary>How far a whole list is believed.</summary>
/// <param name="Kept">The ids of the decisions that stay although the list lacks them; null if there is none.</param>
/// <param name="Doubt">Why they stay: a constant of <see cref="DoubtReason"/>; null if the list is believed.</param>
internal readonly record struct ListVerdict(IReadOnlySet<long>? Kept, string? Doubt);

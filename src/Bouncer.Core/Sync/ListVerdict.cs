namespace Bouncer.Sync;

/// <summary>The judgement on a whole list.</summary>
/// <param name="Kept">The ids of the decisions that stay although the list does not contain them; null or empty if none.</param>
/// <param name="Doubt">Why the list is in doubt: a constant of <see cref="DoubtReason"/>; null if it is not.</param>
internal readonly record struct ListVerdict(IReadOnlySet<long>? Kept, string? Doubt);

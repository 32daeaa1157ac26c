namespace Bouncer.Journal.Ladder;

/// <summary>A step of the retention ladder.</summary>
/// <param name="From">The precision of the entries that it takes.</param>
/// <param name="To">Their precision after it; null if they are deleted.</param>
/// <param name="Months">After how many months: from the moment of an exact entry, from the beginning of its span of time for another. The
/// moment itself is no longer known then, and no entry may stay longer than promised.</param>
internal sealed record LadderStep(Precision From, Precision? To, int Months)
{
    /// <summary>The steps in their order.</summary>
    internal static IReadOnlyList<LadderStep> All(int deleteAfterMonths)
    {
        LadderStep[] steps = [new(Precision.Exact, Precision.Quarter, 3), new(Precision.Quarter, Precision.Day, 6), new(Precision.Day, Precision.Week, 12)];
        return deleteAfterMonths == 0 ? steps : [.. steps, .. Enum.GetValues<Precision>().Select(precision => new LadderStep(precision, null, deleteAfterMonths))];
    }
}

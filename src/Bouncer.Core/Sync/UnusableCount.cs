namespace Bouncer.Sync;

/// <summary>How much of what LAPI sent could not be used: of its last whole list, and of the deltas since. In live mode every answer
/// stands for itself.</summary>
/// <param name="Unusable">Decisions that could not be used.</param>
/// <param name="Listed">Decisions in all.</param>
/// <param name="IsMuch">Whether that is more than a tenth, of the list or of the last answer.</param>
internal readonly record struct UnusableCount(int Unusable, int Listed, bool IsMuch)
{
    internal UnusableCount Add(in SyncOutcome outcome, BouncerMode mode)
    {
        var isMuch = IsMoreThanATenth(outcome.Unusable, outcome.Listed);
        if (outcome.IsOfList || mode == BouncerMode.Live)
        {
            return new(outcome.Unusable, outcome.Listed, isMuch);
        }

        var (unusable, listed) = (Unusable + outcome.Unusable, Listed + outcome.Listed);
        return new(unusable, listed, isMuch || IsMoreThanATenth(unusable, listed));
    }

    private static bool IsMoreThanATenth(int unusable, int listed) => unusable * 10L > listed;
}

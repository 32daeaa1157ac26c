namespace Bouncer.Sync;

/// <summary>The number of unusable decisions in the last whole list and the deltas since; in live mode, in the last answer.</summary>
/// <param name="Unusable">The number of unusable decisions.</param>
/// <param name="Listed">The number of all decisions.</param>
/// <param name="IsMuch">Whether more than a tenth were unusable, of the list or of the last answer.</param>
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

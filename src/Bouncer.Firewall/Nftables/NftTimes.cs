namespace Bouncer.Firewall.Nftables;

/// <summary>Determines whether two ends of a block are the same.</summary>
internal static class NftTimes
{
    /// <summary>Each pull contains the remaining time of a decision, and writing takes some time, so an end varies slightly even if
    /// the decision does not change.</summary>
    internal static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Whether an end in the kernel, which is known to be between two times, can be kept.</summary>
    /// <param name="wanted">The intended end.</param>
    /// <param name="earliest">The earliest possible current end.</param>
    /// <param name="latest">The latest possible current end.</param>
    /// <param name="now">The time.</param>
    internal static bool Agree(TimeSpan wanted, TimeSpan earliest, TimeSpan latest, TimeSpan now)
    {
        // An end beyond the longest timeout is written again after a tenth of that timeout.
        var far = now + (NftElementText.LongestTimeout * 0.9);
        return latest < TimeSpan.MaxValue
            && ((wanted >= earliest - Tolerance && wanted <= latest + Tolerance) || (wanted > far && earliest > far));
    }
}

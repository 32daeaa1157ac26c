namespace Bouncer.Firewall.Nftables;

/// <summary>Tells whether two ends of a block are the same.</summary>
internal static class NftTimes
{
    /// <summary>Each pull tells the time that a decision has left, and writing takes a moment, so that an end moves a little even if
    /// the decision does not change.</summary>
    internal static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>Whether an end in the kernel, which is known to lie between two moments, can stay.</summary>
    /// <param name="wanted">The end as it should be.</param>
    /// <param name="earliest">The end as it is, at the earliest.</param>
    /// <param name="latest">The end as it is, at the latest.</param>
    /// <param name="now">The time.</param>
    internal static bool Agree(TimeSpan wanted, TimeSpan earliest, TimeSpan latest, TimeSpan now)
    {
        // An end beyond what can be written is written again when a tenth of that has gone by.
        var far = now + (NftElementText.LongestTimeout * 0.9);
        return latest < TimeSpan.MaxValue
            && ((wanted >= earliest - Tolerance && wanted <= latest + Tolerance) || (wanted > far && earliest > far));
    }
}

namespace Bouncer.FunctionalTests;

/// <summary>How long a change may take to show. The gateway under test asks LAPI every second.</summary>
internal static class Polls
{
    /// <summary>One poll, and what two busy cores need to carry it out.</summary>
    public static readonly TimeSpan One = TimeSpan.FromSeconds(8);

    /// <summary>A LAPI that was away is asked again with growing pauses, at the latest after a minute.</summary>
    public static readonly TimeSpan Several = TimeSpan.FromSeconds(75);

    /// <summary>CrowdSec leaves out of its deltas what it stores while it answers one. The next full list, a minute later at
    /// the most, mends that.</summary>
    public static readonly TimeSpan UntilFullList = TimeSpan.FromSeconds(75);
}

namespace Bouncer.TestUtils;

/// <summary>How long a change may take to show. The gateway under test asks LAPI every second.</summary>
public static class Polls
{
    /// <summary>One poll, and what two busy cores need to carry it out.</summary>
    public static readonly TimeSpan One = TimeSpan.FromSeconds(8);

    /// <summary>Two polls, the second with tens of thousands of deletions in it.</summary>
    public static readonly TimeSpan Two = TimeSpan.FromSeconds(20);

    /// <summary>A new decision is in force by then, whatever CrowdSec leaves out of its deltas.</summary>
    public static readonly TimeSpan Added = TimeSpan.FromSeconds(15);

    /// <summary>A client is free by then, even where CrowdSec tells nobody that its decision is gone.</summary>
    public static readonly TimeSpan Released = TimeSpan.FromSeconds(30);

    /// <summary>A LAPI that was away is asked again with growing pauses, at the latest after a minute.</summary>
    public static readonly TimeSpan Several = TimeSpan.FromSeconds(75);

    /// <summary>CrowdSec leaves out of its deltas what it stores while it answers one. The next full list, a minute later at
    /// the most, mends that.</summary>
    public static readonly TimeSpan UntilFullList = TimeSpan.FromSeconds(75);
}

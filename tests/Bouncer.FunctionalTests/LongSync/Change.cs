using System.Diagnostics;

namespace Bouncer.FunctionalTests.LongSync;

/// <summary>One change that the gateway has to follow.</summary>
/// <param name="Kind">How it was made.</param>
/// <param name="Client">The address.</param>
/// <param name="Since">When CrowdSec had carried it out, by the stopwatch.</param>
internal sealed record Change(ChangeKind Kind, string Client, long Since)
{
    /// <summary>How long the gateway took; until it followed, how long it has taken so far.</summary>
    public TimeSpan Latency { get; private set; }

    public bool IsFollowed { get; private set; }

    public bool IsLate => Latency > Kind.Limit;

    public void Look(bool followed) => (Latency, IsFollowed) = (Stopwatch.GetElapsedTime(Since), followed);
}

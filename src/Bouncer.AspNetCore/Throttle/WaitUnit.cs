namespace Bouncer.AspNetCore.Throttle;

/// <summary>What a time to wait is counted in. The texts for them are named "throttle" and one of these.</summary>
internal enum WaitUnit
{
    Unknown = 0,
    Second,
    Seconds,
    Minutes,
    Hours,
}

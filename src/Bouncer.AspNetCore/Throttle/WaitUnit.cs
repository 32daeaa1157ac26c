namespace Bouncer.AspNetCore.Throttle;

/// <summary>The unit of a time to wait. The names of its texts are "throttle" followed by one of these.</summary>
internal enum WaitUnit
{
    Unknown = 0,
    Second,
    Seconds,
    Minutes,
    Hours,
}

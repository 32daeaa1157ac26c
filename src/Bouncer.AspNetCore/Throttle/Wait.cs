namespace Bouncer.AspNetCore.Throttle;

/// <summary>A time to wait as shown on a page: below two minutes in seconds, below two hours in minutes, rounded up.</summary>
internal readonly record struct Wait(WaitUnit Unit, long Number)
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;

    internal static Wait Of(long? seconds) => seconds switch
    {
        null => default,
        1 => new(WaitUnit.Second, 1),
        < 2 * Minute => new(WaitUnit.Seconds, seconds.Value),
        < 2 * Hour => new(WaitUnit.Minutes, Whole(seconds.Value, Minute)),
        _ => new(WaitUnit.Hours, Whole(seconds.Value, Hour)),
    };

    private static long Whole(long seconds, long unit) => ((seconds - 1) / unit) + 1;
}

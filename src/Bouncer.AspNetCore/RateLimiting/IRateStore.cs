namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>Holds for each key the time at which its client owes nothing any more. Not thread-safe.</summary>
internal interface IRateStore
{
    long Bytes { get; }

    /// <summary>A client's time, or a later one; any time that is not after now is equivalent to any other in the past.</summary>
    long TimeOf(ulong key);

    /// <summary>Sets a client's time, which must be after now and not before its last one.</summary>
    /// <returns>False if there is no room; nothing has changed then.</returns>
    bool TrySet(ulong key, long time, long now);
}

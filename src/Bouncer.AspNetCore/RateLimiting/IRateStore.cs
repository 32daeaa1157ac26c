namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>Holds for each key the time from which its client would be on time again. For one thread at a time.</summary>
internal interface IRateStore
{
    long Bytes { get; }

    /// <summary>A client's time, or a later one; what is not after now may as well be anything before.</summary>
    long TimeOf(ulong key);

    /// <summary>Sets a client's time, which is after now and not before its last one.</summary>
    /// <returns>False if there is no room; then nothing has changed.</returns>
    bool TrySet(ulong key, long time, long now);
}

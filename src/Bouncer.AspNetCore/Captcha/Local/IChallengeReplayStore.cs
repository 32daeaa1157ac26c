namespace Bouncer.AspNetCore;

/// <summary>Remembers solved challenges of the local captcha and used waits, so that each counts once.</summary>
/// <remarks>The built-in store keeps them in memory, waits in a separate table, so each counts once per process. To share one
/// between replicas, register another before <c>AddBouncer</c>: a database's unique key, or a cache's "set if absent". One
/// instance serves all requests and must be thread-safe. If it throws, the captcha is not solved.</remarks>
public interface IChallengeReplayStore
{
    /// <summary>Adds a challenge if it is not present, atomically. It may be forgotten after <paramref name="until"/>, but never
    /// before, even if the store is full: a forgotten challenge could be used again.</summary>
    /// <param name="id">The challenge's random id, 16 bytes; valid during the call only.</param>
    /// <param name="until">When the challenge expires.</param>
    /// <param name="cancellationToken">Canceled when the client disconnects or has waited long enough.</param>
    /// <returns>True if it was added; false if it was present or if there is no room for it.</returns>
    ValueTask<bool> TryAddAsync(ReadOnlyMemory<byte> id, DateTimeOffset until, CancellationToken cancellationToken);
}

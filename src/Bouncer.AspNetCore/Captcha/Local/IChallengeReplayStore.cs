namespace Bouncer.AspNetCore;

/// <summary>Remembers which of the local captcha's challenges were solved, and which waits were used, so that each counts once.</summary>
/// <remarks>The built-in one holds them in memory, waits in a table of their own, so each counts once per process. Register another before
/// <c>AddBouncer</c> for replicas to share one: a database's unique key, or a cache's "set if absent". One instance serves all
/// requests: safe for any number of threads. If it throws, the captcha is not solved.</remarks>
public interface IChallengeReplayStore
{
    /// <summary>Adds a challenge, in one step with the look whether it is there. It may be forgotten after
    /// <paramref name="until"/> and never before, whatever else is added: what was forgotten counts again.</summary>
    /// <param name="id">The challenge's random id, 16 bytes; valid during the call only.</param>
    /// <param name="until">When the challenge expires.</param>
    /// <param name="cancellationToken">Ends when the client is gone or has waited long enough.</param>
    /// <returns>True if it was added; false if it was there before, or if there is no room left to remember it.</returns>
    ValueTask<bool> TryAddAsync(ReadOnlyMemory<byte> id, DateTimeOffset until, CancellationToken cancellationToken);
}

namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>Who may how often, for any number of clients in bounded memory: 16 KiB at first and <see cref="LargestBytes"/> at the
/// most. Safe for any number of threads.</summary>
/// <remarks>A client that is refused stays refused whatever others do. Up to half a million clients at a time have an account
/// each. If there are more, some are charged with what others did, never the reverse.</remarks>
internal sealed class GcraRateLimiter
{
    /// <summary>The key of the service that counts challenges: throttled clients, whose accounts may be shared, do not fill it.</summary>
    internal const string OfChallenges = "challenges";

    internal const long LargestBytes = (long)Shards * RateSketch.Size * sizeof(long);

    private const int Shards = 16;

    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly GcraShard[] _shards;

    public GcraRateLimiter(TimeProvider clock)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        _shards = [.. Enumerable.Range(0, Shards).Select(_ => new GcraShard())];
    }

    /// <summary>What the table holds now.</summary>
    internal long Bytes => _shards.Sum(shard => shard.Bytes);

    /// <summary>How many permits a client is short of all it may save up, rounded up.</summary>
    /// <param name="key">As for <see cref="TryTake"/>.</param>
    /// <param name="rate">Likewise.</param>
    internal int Used(ulong key, Rate rate) => _shards[key % Shards].Used(key / Shards, rate, _clock.GetElapsedTime(_start).Ticks);

    /// <summary>Gives a permit back, where the client has an account of its own.</summary>
    /// <param name="key">As for <see cref="TryTake"/>.</param>
    /// <param name="rate">Likewise.</param>
    internal void Return(ulong key, Rate rate) => _shards[key % Shards].Return(key / Shards, rate, _clock.GetElapsedTime(_start).Ticks);

    /// <summary>Takes a permit, if the client has one.</summary>
    /// <param name="key">Whose, and for what: from <see cref="RateKey"/>.</param>
    /// <param name="rate">How often; the same for all calls with this key.</param>
    /// <param name="standing">Where the client stands then.</param>
    internal bool TryTake(ulong key, Rate rate, out RateStanding standing) =>
        _shards[key % Shards].TryTake(key / Shards, rate, _clock.GetElapsedTime(_start).Ticks, out standing);
}

namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>Limits the rate of any number of clients in bounded memory: 16 KiB at first and at most <see cref="LargestBytes"/>.
/// Thread-safe.</summary>
/// <remarks>A refused client stays refused regardless of what other clients do. Up to half a million clients at a time have an
/// account each. If there are more, some are charged for what others did, but no client is ever charged too little.</remarks>
internal sealed class GcraRateLimiter
{
    /// <summary>The key of the service that counts challenges: throttled clients, whose accounts may be shared, do not fill
    /// it.</summary>
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

    /// <summary>The current size of the table.</summary>
    internal long Bytes => _shards.Sum(shard => shard.Bytes);

    /// <summary>The number of permits that a client has used of its burst, rounded up.</summary>
    /// <param name="key">As for <see cref="TryTake"/>.</param>
    /// <param name="rate">As for TryTake.</param>
    internal int Used(ulong key, Rate rate) => _shards[key % Shards].Used(key / Shards, rate, _clock.GetElapsedTime(_start).Ticks);

    /// <summary>Returns a permit if the client has its own account.</summary>
    /// <param name="key">As for <see cref="TryTake"/>.</param>
    /// <param name="rate">As for TryTake.</param>
    internal void Return(ulong key, Rate rate) => _shards[key % Shards].Return(key / Shards, rate, _clock.GetElapsedTime(_start).Ticks);

    /// <summary>Takes a permit, if the client has one.</summary>
    /// <param name="key">The client and the purpose: from <see cref="RateKey"/>.</param>
    /// <param name="rate">The rate; the same for all calls with this key.</param>
    /// <param name="standing">The client's standing after the call.</param>
    internal bool TryTake(ulong key, Rate rate, out RateStanding standing) =>
        _shards[key % Shards].TryTake(key / Shards, rate, _clock.GetElapsedTime(_start).Ticks, out standing);
}

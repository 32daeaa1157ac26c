using System.Buffers.Binary;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Holds spent challenges in memory until they expire. When full it refuses new ones, and logs that.</summary>
internal sealed class ChallengeReplayStore(TimeProvider time, ILogger logger, int capacity = ChallengeReplayStore.DefaultCapacity) : IChallengeReplayStore
{
    /// <summary>9 MiB at 36 bytes each; enough for 437 solved captchas a second.</summary>
    internal const int DefaultCapacity = 262_144;

    private readonly Lock _gate = new();
    private readonly ExpiringSet _spent = new(capacity);
    private bool _isFullKnown;

    internal int Count
    {
        get
        {
            lock (_gate) return _spent.Count;
        }
    }

    public ValueTask<bool> TryAddAsync(ReadOnlyMemory<byte> id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(id.Length, 16);
        var key = BinaryPrimitives.ReadUInt128LittleEndian(id.Span);
        bool isAdded, isFullNow;
        lock (_gate)
        {
            isAdded = _spent.TryAdd(key, until, time.GetUtcNow());
            var isFull = !isAdded && _spent.IsFull;
            isFullNow = isFull && !_isFullKnown;
            _isFullKnown = isFull;
        }

        if (isFullNow)
        {
            logger.SpentChallengesFull(capacity);
        }

        return ValueTask.FromResult(isAdded);
    }
}

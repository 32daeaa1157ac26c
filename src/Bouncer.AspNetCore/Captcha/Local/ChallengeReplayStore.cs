using System.Buffers.Binary;
using Bouncer.AspNetCore.Telemetry;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Captcha.Local;

/// <summary>Holds spent challenges in memory, grouped by the minute in which they expire, and drops each group as a whole. When
/// full it refuses new ones rather than forget one that has not expired, and logs that.</summary>
internal sealed class ChallengeReplayStore(TimeProvider time, ILogger logger, int capacity = ChallengeReplayStore.DefaultCapacity) : IChallengeReplayStore
{
    /// <summary>9 MiB at 36 bytes each; enough for 437 solved captchas a second.</summary>
    internal const int DefaultCapacity = 262_144;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, HashSet<UInt128>> _minutes = [];
    private long _forgotten = long.MinValue;
    private int _count;
    private bool _isFullKnown;

    internal int Count
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    public ValueTask<bool> TryAddAsync(ReadOnlyMemory<byte> id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(id.Length, 16);
        var key = BinaryPrimitives.ReadUInt128LittleEndian(id.Span);
        var minute = MinuteOf(until);
        bool isAdded, isFullNow;
        lock (_gate)
        {
            ForgetBefore(MinuteOf(time.GetUtcNow()));
            isAdded = TryAdd(key, minute);
            var isFull = !isAdded && _count >= capacity;
            isFullNow = isFull && !_isFullKnown;
            _isFullKnown = isFull;
        }

        if (isFullNow)
        {
            logger.SpentChallengesFull(capacity);
        }

        return ValueTask.FromResult(isAdded);
    }

    private static long MinuteOf(DateTimeOffset instant) => instant.UtcTicks / TimeSpan.TicksPerMinute;

    private bool TryAdd(UInt128 key, long minute)
    {
        // The clock may have been set back: challenges of a minute that had expired before may have been forgotten.
        if (minute <= _forgotten || _count >= capacity)
        {
            return false;
        }

        if (!_minutes.TryGetValue(minute, out var spent))
        {
            _minutes[minute] = spent = [];
        }

        var isNew = spent.Add(key);
        _count += isNew ? 1 : 0;
        return isNew;
    }

    private void ForgetBefore(long minute)
    {
        if (minute - 1 <= _forgotten)
        {
            return;
        }

        _forgotten = minute - 1;
        foreach (var over in _minutes.Keys.Where(held => held <= _forgotten).ToArray())
        {
            _count -= _minutes[over].Count;
            _minutes.Remove(over);
        }
    }
}

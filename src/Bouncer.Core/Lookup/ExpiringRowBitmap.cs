namespace Bouncer.Lookup;

/// <summary>A bit for each decision that ends soon. It tells a reader that a decision is live without reading the decision: until a
/// certain time, the horizon, only marked decisions can end.</summary>
/// <remarks>One thread sets marks, before it moves the horizon, and they are never cleared. A late reader may see too many marks,
/// but never too few.</remarks>
internal sealed class ExpiringRowBitmap
{
    private volatile ulong[] _bits = [];
    private long _horizon = long.MinValue;

    /// <summary>Whether a decision may have ended.</summary>
    internal bool MayBeExpired(int row, long now)
    {
        if (now >= Volatile.Read(ref _horizon))
        {
            return true;
        }

        var bits = _bits;
        var word = row >> 6;
        return word < bits.Length && (bits[word] >> (row & 63) & 1) != 0;
    }

    internal void Mark(int row)
    {
        var word = row >> 6;
        if (word >= _bits.Length)
        {
            var bits = new ulong[Math.Max(16, word * 5 / 4 + 1)];
            _bits.CopyTo(bits, 0);
            _bits = bits;
        }

        Interlocked.Or(ref _bits[word], 1UL << (row & 63));
    }

    /// <summary>Declares that every decision that ends before the horizon is marked.</summary>
    internal void MoveHorizon(long horizon) => Volatile.Write(ref _horizon, horizon);
}

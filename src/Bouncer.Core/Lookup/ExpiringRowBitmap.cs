namespace Bouncer.Lookup;

/// <summary>Which decisions end soon, a bit each, so that a reader need not look at a decision itself to know that it lives:
/// up to a moment, the horizon, only those that are marked can end.</summary>
/// <remarks>Marks are set by one thread, before the horizon moves, and are never cleared; readers that are late see too many
/// of them, never too few.</remarks>
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

    /// <summary>Tells readers that everything that ends before a moment is marked.</summary>
    internal void MoveHorizon(long horizon) => Volatile.Write(ref _horizon, horizon);
}

namespace Bouncer.AspNetCore.RateLimiting;

/// <summary>The times of any number of clients in memory that never grows. Each client has four of many cells, found by its key,
/// and a cell holds the latest time of all clients that share it.</summary>
/// <remarks>No cell is ever lowered, so the earliest of a client's four is never before the client's own time, and it is exact as
/// long as one of the four is not shared. A cell whose time has passed is free.</remarks>
internal sealed class RateSketch : IRateStore
{
    internal const int Size = 1 << 18;

    private const uint Mask = Size - 1;

    private readonly long[] _cells = new long[Size];

    public long Bytes => (long)Size * sizeof(long);

    public long TimeOf(ulong key)
    {
        var mixed = Mix(key);
        var one = Math.Min(_cells[(uint)key & Mask], _cells[(uint)(key >> 32) & Mask]);
        var other = Math.Min(_cells[(uint)mixed & Mask], _cells[(uint)(mixed >> 32) & Mask]);
        return Math.Min(one, other);
    }

    public bool TrySet(ulong key, long time, long now)
    {
        var mixed = Mix(key);
        Raise(ref _cells[(uint)key & Mask], time);
        Raise(ref _cells[(uint)(key >> 32) & Mask], time);
        Raise(ref _cells[(uint)mixed & Mask], time);
        Raise(ref _cells[(uint)(mixed >> 32) & Mask], time);
        return true;
    }

    private static void Raise(ref long cell, long time) => cell = Math.Max(cell, time);

    // The halves of the key, and those of its product with a constant, choose one cell each.
    private static ulong Mix(ulong key)
    {
        var mixed = (key ^ (key >> 29)) * 0x9E37_79B9_7F4A_7C15;
        return mixed ^ (mixed >> 32);
    }
}

using System.Runtime.CompilerServices;

namespace Bouncer.AspNetCore.Remediations;

/// <summary>A part of <see cref="RateTable"/> under one lock. Each client has four cells among many, found by its key. A cell
/// holds the time from which a client would be on time again (the theoretical arrival time of GCRA), the latest of all
/// clients that share it.</summary>
/// <remarks>No cell is ever lowered, so the earliest of a client's four is never before the client's own time, and it is exactly
/// that as long as one of them is the client's alone. A cell whose time has passed is free by itself.</remarks>
internal sealed class RateShard
{
    internal const int LargestSize = 1 << 18;

    private const int FirstSize = 256;

    /// <summary>More cells are made when one in so many is taken: a new client then meets four taken ones, and is charged with
    /// what others did, once in 65,536 times.</summary>
    private const int Sparsity = 16;

    private const int CellsOfAClient = 4;

    private readonly Lock _gate = new();
    private long[] _cells = new long[FirstSize];
    private int _newcomers;

    internal long Bytes => (long)Volatile.Read(ref _cells).Length * sizeof(long);

    internal bool TryTake(ulong key, Rate rate, long now, out RateStanding standing)
    {
        lock (_gate)
        {
            var cells = Cells(key);
            var time = Math.Max(now, Earliest(cells));
            var isTaken = time + rate.Interval - now <= rate.Tolerance;
            if (isTaken)
            {
                if (time == now)
                {
                    cells = MakeRoom(key, cells, now);
                }

                time += rate.Interval;
                Raise(cells, time);
            }

            standing = Standing(time - now, rate);
            return isTaken;
        }
    }

    private static RateStanding Standing(long ahead, Rate rate)
    {
        var remaining = Math.Max(0, (rate.Tolerance - ahead) / rate.Interval);
        return new(remaining, TimeSpan.FromTicks(ahead - rate.Tolerance + ((remaining + 1) * rate.Interval)));
    }

    private CellIndexes Cells(ulong key)
    {
        var mask = _cells.Length - 1;
        var mixed = (key ^ (key >> 29)) * 0x9E37_79B9_7F4A_7C15;
        mixed ^= mixed >> 32;
        var cells = default(CellIndexes);
        cells[0] = (int)key & mask;
        cells[1] = (int)(key >> 32) & mask;
        cells[2] = (int)mixed & mask;
        cells[3] = (int)(mixed >> 32) & mask;
        return cells;
    }

    private long Earliest(in CellIndexes cells)
    {
        var earliest = long.MaxValue;
        foreach (var cell in cells)
        {
            earliest = Math.Min(earliest, _cells[cell]);
        }

        return earliest;
    }

    private void Raise(in CellIndexes cells, long time)
    {
        foreach (var cell in cells)
        {
            _cells[cell] = Math.Max(_cells[cell], time);
        }
    }

    /// <summary>Doubles the cells if too many are taken. Looking takes a while, so it is done after as many new clients as can
    /// fill that many. A copy's cells are all there twice, and the clients found in either half.</summary>
    private CellIndexes MakeRoom(ulong key, CellIndexes cells, long now)
    {
        var size = _cells.Length;
        if (size == LargestSize || ++_newcomers < size / (Sparsity * CellsOfAClient))
        {
            return cells;
        }

        _newcomers = 0;
        if (CountTaken(now) <= size / Sparsity)
        {
            return cells;
        }

        var larger = new long[size * 2];
        _cells.CopyTo(larger, 0);
        _cells.CopyTo(larger, size);
        _cells = larger;
        return Cells(key);
    }

    private int CountTaken(long now)
    {
        var taken = 0;
        foreach (var cell in _cells)
        {
            taken += cell > now ? 1 : 0;
        }

        return taken;
    }

    [InlineArray(CellsOfAClient)]
    private struct CellIndexes
    {
        private int _first;
    }
}

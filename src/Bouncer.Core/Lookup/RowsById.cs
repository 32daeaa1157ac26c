using System.Numerics;
using System.Runtime.CompilerServices;
using Bouncer.Decisions;

namespace Bouncer.Lookup;

/// <summary>Finds the row of a decision by its id. A hash table of row numbers only, about 8 bytes each, because the ids are in the
/// rows. Not thread-safe.</summary>
internal sealed class RowsById
{
    private const int MinSlots = 16;

    // How many slots lie in one line of memory.
    private const int Line = 16;

    private readonly DecisionRows _rows;
    private int[] _slots;

    /// <summary>The largest id that was ever set: larger ones are new, without a look at a row. Most lists are in the order of ids.</summary>
    private long _largest = long.MinValue;

    /// <param name="rows">Where the ids stand.</param>
    /// <param name="capacity">How many are expected.</param>
    internal RowsById(DecisionRows rows, int capacity)
    {
        _rows = rows;
        _slots = new int[SlotsFor(capacity)];
    }

    internal int Count { get; private set; }

    /// <summary>The row with an id; 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Find(long id) => id > _largest ? 0 : _slots[SlotOf(id)];

    /// <summary>Returns the numbers of rows with ids larger than one that end before a timestamp, and later.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal (int Before, int Later) CountAbove(long id, long moment)
    {
        var (before, later) = (0, 0);
        foreach (var number in _slots)
        {
            ref readonly var row = ref _rows[number];
            if (number == 0 || row.Id <= id)
            {
                continue;
            }

            if (row.Deadline < moment)
            {
                before++;
            }
            else
            {
                later++;
            }
        }

        return (before, later);
    }

    /// <summary>Sets the row of its id, replacing another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Set(int row)
    {
        var id = _rows[row].Id;
        ref var slot = ref _slots[id > _largest ? EmptySlotFor(id) : SlotOf(id)];
        _largest = long.Max(_largest, id);
        var isNew = slot == 0;
        slot = row;
        if (isNew && ++Count > _slots.Length / 4 * 3)
        {
            Grow();
        }
    }

    /// <summary>Removes the row of an id.</summary>
    internal void Remove(long id)
    {
        var hole = SlotOf(id);
        if (_slots[hole] == 0)
        {
            return;
        }

        Count--;
        _slots[hole] = 0;

        // Entries after the hole move up towards the slot where a search for them begins, so that no search ends too early.
        for (var next = Next(hole); _slots[next] != 0; next = Next(next))
        {
            var row = _slots[next];
            _slots[next] = 0;
            _slots[EmptySlotFor(_rows[row].Id)] = row;
        }
    }

    /// <summary>Returns the slot of an id, or the empty slot where it belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SlotOf(long id)
    {
        var slot = Home(id);
        while (_slots[slot] is var row && row != 0 && _rows[row].Id != id)
        {
            slot = Next(slot);
        }

        return slot;
    }

    /// <summary>Where an id belongs that does not stand here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int EmptySlotFor(long id)
    {
        var slot = Home(id);
        while (_slots[slot] != 0)
        {
            slot = Next(slot);
        }

        return slot;
    }

    /// <summary>Ids that follow each other have their homes in one line of memory, because lists are in the order of ids. Which one
    /// has which place there depends on the line too: ids may have gaps of equal length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(long id)
    {
        var line = SeededHash.Of((ulong)id / Line, 0);
        return (int)((line * Line) | (((uint)id ^ (line >> 28)) % Line)) & (_slots.Length - 1);
    }

    /// <summary>In the next line and, for ids of one line are mostly all there, at another place in it; every slot comes once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(int slot) => (slot + Line + 1) & (_slots.Length - 1);

    private void Grow()
    {
        var old = _slots;
        _slots = new int[old.Length * 2];
        foreach (var row in old)
        {
            if (row != 0)
            {
                _slots[EmptySlotFor(_rows[row].Id)] = row;
            }
        }
    }

    private static int SlotsFor(int capacity) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(MinSlots, capacity * 4L / 3));
}

using System.Diagnostics.CodeAnalysis;

namespace Bouncer.Firewall.Networks;

/// <summary>A set of addresses of one family as the fewest ranges, in order; no two are adjacent. Immutable.</summary>
internal sealed class RangeSet : IEquatable<RangeSet>
{
    private readonly AddressRange[] _ranges;

    private RangeSet(AddressRange[] ranges) => _ranges = ranges;

    internal static RangeSet Empty { get; } = new([]);

    internal IReadOnlyList<AddressRange> Ranges => _ranges;

    internal bool IsEmpty => _ranges.Length == 0;

    /// <summary>The union of ranges in any order.</summary>
    internal static RangeSet Of(IEnumerable<AddressRange> ranges)
    {
        AddressRange[] sorted = [.. ranges];
        Array.Sort(sorted);
        return Merge(sorted);
    }

    /// <summary>The union of networks of one family, in their own order.</summary>
    internal static RangeSet OfSorted(IReadOnlyList<Prefix> networks)
    {
        var ranges = new AddressRange[networks.Count];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = AddressRange.Of(networks[i]);
        }

        return Merge(ranges);
    }

    internal bool Contains(AddressRange range)
    {
        // Ranges are not adjacent, so a contained range is inside a single one.
        var at = FirstThatEndsAtOrAfter(range.First);
        return at < _ranges.Length && _ranges[at].Contains(range);
    }

    internal bool Overlaps(AddressRange range)
    {
        var at = FirstThatEndsAtOrAfter(range.First);
        return at < _ranges.Length && _ranges[at].Overlaps(range);
    }

    /// <summary>The parts of a range that are in this set.</summary>
    internal IEnumerable<AddressRange> Within(AddressRange range)
    {
        for (var at = FirstThatEndsAtOrAfter(range.First); at < _ranges.Length && _ranges[at].First <= range.Last; at++)
        {
            yield return new(UInt128.Max(range.First, _ranges[at].First), UInt128.Min(range.Last, _ranges[at].Last));
        }
    }

    /// <summary>Some of the ranges, in order.</summary>
    internal RangeSet Slice(int start, int count) => new(_ranges[start..(start + count)]);

    internal RangeSet Union(RangeSet other) => other.IsEmpty ? this : IsEmpty ? other : Of(_ranges.Concat(other._ranges));

    /// <summary>Returns the addresses in this set that are not in another.</summary>
    internal RangeSet Except(RangeSet other)
    {
        if (IsEmpty || other.IsEmpty)
        {
            return this;
        }

        List<AddressRange> left = new(_ranges.Length);
        var next = other.FirstThatEndsAtOrAfter(_ranges[0].First);
        foreach (var range in _ranges)
        {
            while (next < other._ranges.Length && other._ranges[next].Last < range.First)
            {
                next++;
            }

            Cut(range, other._ranges.AsSpan(next), left);
        }

        return new([.. left]);
    }

    public bool Equals([NotNullWhen(true)] RangeSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as RangeSet);

    public override int GetHashCode() => IsEmpty ? 0 : HashCode.Combine(_ranges.Length, _ranges[0], _ranges[^1]);

    private static void Cut(AddressRange range, ReadOnlySpan<AddressRange> holes, List<AddressRange> left)
    {
        var first = range.First;
        foreach (var hole in holes)
        {
            if (hole.First > range.Last)
            {
                break;
            }

            if (hole.First > first)
            {
                left.Add(new(first, hole.First - 1));
            }

            if (hole.Last >= range.Last)
            {
                return;
            }

            first = hole.Last + 1;
        }

        left.Add(new(first, range.Last));
    }

    private static RangeSet Merge(AddressRange[] sorted)
    {
        // In place, because the merged ranges never overtake the ranges that are read.
        var last = -1;
        foreach (var range in sorted)
        {
            // Subtracts 1 on one side instead of adding it on the other, because the last IPv6 address has no successor.
            if (last >= 0 && (range.First <= sorted[last].Last || range.First - 1 == sorted[last].Last))
            {
                sorted[last] = sorted[last] with { Last = UInt128.Max(sorted[last].Last, range.Last) };
            }
            else
            {
                sorted[++last] = range;
            }
        }

        return last < 0 ? Empty : new(last + 1 == sorted.Length ? sorted : sorted[..(last + 1)]);
    }

    private int FirstThatEndsAtOrAfter(UInt128 address)
    {
        var (low, high) = (0, _ranges.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Last < address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

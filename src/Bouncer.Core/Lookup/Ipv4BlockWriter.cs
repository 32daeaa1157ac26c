using System.Buffers.Binary;

namespace Bouncer.Lookup;

/// <summary>Makes blocks, each out of the former one and its changes. Its buffers are as large as the largest block.</summary>
internal sealed class Ipv4BlockWriter<T>
    where T : class
{
    private ushort[] _held = [];
    private ushort[] _places = [];
    private T[] _values = [];
    private int _hosts;

    /// <param name="former">The block to change.</param>
    /// <param name="changes">The block's changes in order.</param>
    /// <param name="wider">The most specific network around the block.</param>
    /// <returns>The block; null if nothing is left and nothing is around it.</returns>
    internal Ipv4Block<T>? Write(Ipv4Block<T>? former, ReadOnlySpan<Ipv4Change<T>> changes, Cover<T>? wider)
    {
        MergeHosts(former, changes);
        var ranges = MergeRanges(former?.Ranges ?? Ranges<T>.Empty, changes);
        return _hosts == 0 && ranges == Ranges<T>.Empty ? Empty(wider) : Encode(ranges, wider);
    }

    internal static Ipv4Block<T>? Empty(Cover<T>? wider) =>
        wider is null ? null : new(default, [], [], ranges: null, wider);

    private void MergeHosts(Ipv4Block<T>? former, ReadOnlySpan<Ipv4Change<T>> changes)
    {
        var values = former is null ? [] : former.Values;
        Reserve(values.Length, changes.Length);
        former?.CopyPlacesTo(_held);
        var held = _held.AsSpan(0, values.Length);
        _hosts = 0;
        foreach (var change in changes)
        {
            if (change.Length < 32)
            {
                continue;
            }

            var place = (ushort)change.Address;
            var before = 0;
            while (before < held.Length && held[before] < place)
            {
                before++;
            }

            Append(held[..before], values[..before]);
            if (change.Value is { } value)
            {
                Append([place], [value]);
            }

            var after = before < held.Length && held[before] == place ? before + 1 : before;
            held = held[after..];
            values = values[after..];
        }

        Append(held, values);
    }

    private void Reserve(int held, int changes)
    {
        if (_places.Length < held + changes)
        {
            var length = Math.Max(256, 2 * (held + changes));
            _held = new ushort[length];
            _places = new ushort[length];
            _values = new T[length];
        }
    }

    private void Append(ReadOnlySpan<ushort> places, ReadOnlySpan<T> values)
    {
        places.CopyTo(_places.AsSpan(_hosts));
        values.CopyTo(_values.AsSpan(_hosts));
        _hosts += places.Length;
    }

    private static Ranges<T> MergeRanges(Ranges<T> former, ReadOnlySpan<Ipv4Change<T>> changes)
    {
        RangesWriter<T>? ranges = null;
        foreach (var change in changes)
        {
            if (change.Length < 32)
            {
                ranges ??= new RangesWriter<T>(former);
                ranges.Change((ushort)change.Address, (byte)(change.Length - 16), change.Value);
            }
        }

        return ranges?.ToRanges() ?? former;
    }

    private Ipv4Block<T> Encode(Ranges<T> ranges, Cover<T>? wider)
    {
        var held = _places.AsSpan(0, _hosts);
        var map = Map(ranges);
        var starts = (map.CountHosts() + 1) * 2;
        var places = new byte[held.Length + Math.Max(starts, Ipv4Block<T>.VectorLength)];
        var (rank, last) = (0, -1);
        for (var i = 0; i < held.Length; i++)
        {
            if (held[i] >> 8 != last)
            {
                last = held[i] >> 8;
                BinaryPrimitives.WriteUInt16LittleEndian(places.AsSpan(held.Length + (rank++ * 2)), (ushort)i);
            }

            places[i] = (byte)held[i];
        }

        BinaryPrimitives.WriteUInt16LittleEndian(places.AsSpan(held.Length + (rank * 2)), (ushort)held.Length);
        T[] values = [.. _values.AsSpan(0, held.Length)];
        return new Ipv4Block<T>(map, places, values, ranges == Ranges<T>.Empty ? null : ranges, wider);
    }

    private Ipv4BlockMap Map(Ranges<T> ranges)
    {
        var map = default(Ipv4BlockMap);
        foreach (var place in _places.AsSpan(0, _hosts))
        {
            map.AddHosts(place >> 8);
        }

        for (var i = 0; i < ranges.Count; i++)
        {
            var (start, end, cover) = ranges.Interval(i);
            for (var subnet = start >> 8; cover is not null && subnet <= (end - 1) >> 8; subnet++)
            {
                map.AddRanges(subnet);
            }
        }

        return map;
    }
}

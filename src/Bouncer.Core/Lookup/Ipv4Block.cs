using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Bouncer.Lookup;

/// <summary>What is held in one IPv4 /16: its hosts, the networks within it, and the way to the wider ones. Immutable.</summary>
/// <remarks>
/// <c>_places</c> is two runs in one array: the last octets of all hosts in order, then where the hosts of each /24 that
/// has any start, two bytes each and one more for the end. The n-th host has the n-th value. From every host on the array
/// holds a vector's length, so that a search needs no care at the end.
/// </remarks>
internal sealed class Ipv4Block<T>
    where T : class
{
    internal const int VectorLength = 16;

    private readonly Cover<T>? _wider;
    private readonly Ranges<T>? _ranges;
    private readonly byte[] _places;
    private readonly T[] _values;
    private readonly int _starts;
    private readonly uint _ranks;
    private readonly Ipv4BlockMap _map;

    /// <param name="map">Where there is what.</param>
    /// <param name="places">As the remark has it.</param>
    /// <param name="values">One for each host.</param>
    /// <param name="ranges">The networks of 17 to 31 bits.</param>
    /// <param name="wider">The most specific network around the whole block.</param>
    internal Ipv4Block(in Ipv4BlockMap map, byte[] places, T[] values, Ranges<T>? ranges, Cover<T>? wider)
    {
        _map = map;
        _ranks = map.RanksOfWords();
        _starts = values.Length;
        _places = places;
        _values = values;
        _ranges = ranges;
        _wider = wider;
    }

    /// <summary>The most specific network of 16 bits or less around the block.</summary>
    internal Cover<T>? Wider => _wider;

    internal Ranges<T> Ranges => _ranges ?? Ranges<T>.Empty;

    internal ReadOnlySpan<byte> Places => _places;

    internal ReadOnlySpan<T> Values => _values;

    /// <summary>Whether the block only shows the way to wider networks.</summary>
    internal bool IsEmpty => _values.Length == 0 && _ranges is null;

    internal Ipv4Block<T> With(Cover<T>? wider) => new(_map, _places, _values, _ranges, wider);

    /// <summary>A bit for each /22 that a host is in or a network touches.</summary>
    internal ulong Subnets() => _wider is null ? _map.Fold() : ulong.MaxValue;

    /// <summary>Whether neither a host nor a network of the block is at or around a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Misses(ushort place) => _map.IsEmpty((byte)(place >> 8));

    /// <summary>The value of a host.</summary>
    internal T? FindHost(ushort place)
    {
        var subnet = (byte)(place >> 8);
        if (!_map.HasHosts(subnet))
        {
            return null;
        }

        var (at, count) = Hosts(subnet);
        for (; count > 0; at += VectorLength, count -= VectorLength)
        {
            var some = Vector128.Create((ReadOnlySpan<byte>)_places.AsSpan(at, VectorLength));
            var same = Vector128.Equals(some, Vector128.Create((byte)place)).ExtractMostSignificantBits();
            var index = BitOperations.TrailingZeroCount(same);
            if (index < count && same != 0)
            {
                return _values[at + index];
            }
        }

        return null;
    }

    /// <summary>The most specific network of the block around a place.</summary>
    internal Cover<T>? FindRange(ushort place) => _map.HasRanges((byte)(place >> 8)) ? _ranges!.Find(place) : null;

    /// <summary>Writes the places of all hosts, in order.</summary>
    internal void CopyPlacesTo(Span<ushort> places)
    {
        for (var subnet = 0; subnet < 256; subnet++)
        {
            if (_map.HasHosts((byte)subnet))
            {
                var (start, count) = Hosts((byte)subnet);
                for (var i = start; i < start + count; i++)
                {
                    places[i] = (ushort)((subnet << 8) | _places[i]);
                }
            }
        }
    }

    /// <summary>The number of the first host of a /24 that has any, and how many there are.</summary>
    private (int Start, int Count) Hosts(byte subnet)
    {
        var rank = (int)(byte)(_ranks >> (subnet >> 6 << 3)) + _map.RankInWord(subnet);
        var bounds = BinaryPrimitives.ReadUInt32LittleEndian(_places.AsSpan(_starts + (rank * 2)));

        // 65,536 hosts end at 0; the difference is right all the same.
        return ((ushort)bounds, (ushort)((bounds >> 16) - bounds));
    }
}

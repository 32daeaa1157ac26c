using Bouncer.AspNetCore.Geo.MaxMind;

namespace Bouncer.AspNetCore.Geo;

/// <summary>Makes a table from a database: reads each node and each record once, and merges networks with the same value. So every part
/// of the file was read before the first lookup, and a city's database becomes as small as one of countries.</summary>
internal sealed class GeoTableBuilder
{
    private const int None = -1;
    private const int Unread = int.MinValue;
    private const int Open = int.MinValue + 1;

    private readonly MaxMindDatabase _database;
    private readonly GeoKind _kind;
    private readonly int[] _read;
    private readonly byte[] _heights;
    private readonly List<int> _nodes = [];
    private readonly List<string?> _values = [null];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, int> _records = [];

    private GeoTableBuilder(MaxMindDatabase database, GeoKind kind)
    {
        (_database, _kind) = (database, kind);
        _read = new int[database.NodeCount];
        _heights = new byte[database.NodeCount];
        Array.Fill(_read, Unread);
    }

    /// <exception cref="InvalidDataException">The database is damaged, or is one of something else.</exception>
    internal static GeoTable Build(MaxMindDatabase database, GeoKind kind) => new GeoTableBuilder(database, kind).Build();

    private GeoTable Build()
    {
        var root = Build(0, _database.IsIPv6 ? 128 : 32, out _);
        if (_values.Count == 1)
        {
            throw new InvalidDataException($"it has no {_kind.Name}: it is a database of the type '{_database.Type}'");
        }

        return new GeoTable([.. _nodes], [.. _values], _database.IsIPv6 ? IPv4In(root) : root, _database.IsIPv6 ? root : None);
    }

    /// <summary>The tree of ::/96, where databases of both families have IPv4 addresses.</summary>
    private int IPv4In(int node)
    {
        for (var depth = 0; depth < 96 && node >= 0; depth++)
        {
            node = _nodes[2 * node];
        }

        return node;
    }

    /// <param name="record">A node of the database, or what else a node may name.</param>
    /// <param name="bits">The bits that are left of an address.</param>
    /// <param name="height">The bits that are read below it.</param>
    /// <returns>Its number in the table.</returns>
    private int Build(uint record, int bits, out byte height)
    {
        height = 0;
        if (record >= _database.NodeCount)
        {
            return record == _database.NodeCount ? None : ValueOf(record);
        }

        // Several nodes may lead to one, as those of 2002::/16 and ::ffff:0:0/96 to the IPv4 addresses.
        if (_read[record] == Unread)
        {
            _read[record] = Open;
            CheckBits(bits, 1);
            var (zero, one) = _database.Node(record);
            var (left, right) = (Build(zero, bits - 1, out var leftHeight), Build(one, bits - 1, out var rightHeight));
            _heights[record] = (byte)(1 + byte.Max(leftHeight, rightHeight));
            _read[record] = left == right && left < 0 ? left : Add(left, right);
        }

        height = _heights[record];
        CheckBits(bits, _read[record] == Open ? byte.MaxValue : height);
        return _read[record];
    }

    /// <summary>So a lookup ends at a value, however the file was damaged.</summary>
    private static void CheckBits(int bits, int needed)
    {
        if (bits < needed)
        {
            throw new InvalidDataException("its tree is damaged: it is deeper than an address has bits");
        }
    }

    private int Add(int zero, int one)
    {
        _nodes.Add(zero);
        _nodes.Add(one);
        return (_nodes.Count / 2) - 1;
    }

    private int ValueOf(uint record)
    {
        if (!_records.TryGetValue(record, out var number))
        {
            number = _kind.Read(_database.Data, _database.Record(record)) is { } value ? NumberOf(value) : 0;
            _records.Add(record, number);
        }

        return ~number;
    }

    private int NumberOf(string value)
    {
        if (!_numbers.TryGetValue(value, out var number))
        {
            number = _values.Count;
            _values.Add(value);
            _numbers.Add(value, number);
        }

        return number;
    }
}

namespace Bouncer.AspNetCore.Geo.MaxMind;

/// <summary>The content of a MaxMind DB file: a tree over the bits of addresses, and the records that its leaves name.</summary>
/// <remarks>The format: https://maxmind.github.io/MaxMind-DB/.</remarks>
internal sealed class MaxMindDatabase
{
    private const int SeparatorLength = 16;
    private const int MetadataLength = 128 * 1024;

    private readonly byte[] _file;
    private readonly int _recordSize;
    private readonly Range _data;

    /// <exception cref="InvalidDataException">This is not such a file, or it is damaged.</exception>
    internal MaxMindDatabase(byte[] file)
    {
        _file = file;
        var searched = file.AsSpan(int.Max(0, file.Length - MetadataLength));
        var marker = searched.LastIndexOf(Marker);
        if (marker < 0)
        {
            throw new InvalidDataException("it is not a MaxMind DB file, or its end is missing");
        }

        var metadata = new MaxMindSection(searched[(marker + Marker.Length)..]);
        metadata.Check(0);
        var map = metadata.Read(0);
        if (Number(metadata, map, "binary_format_major_version"u8) is var version and not 2)
        {
            throw new InvalidDataException($"its format has the version {version}, and only version 2 is known");
        }

        _recordSize = (int)Number(metadata, map, "record_size"u8);
        NodeCount = (uint)Number(metadata, map, "node_count"u8);
        var ipVersion = Number(metadata, map, "ip_version"u8);
        var end = file.Length - searched.Length + marker;
        var treeLength = NodeCount * (long)_recordSize / 4;
        if (_recordSize is not (24 or 28 or 32) || ipVersion is not (4 or 6) || NodeCount == 0 || treeLength + SeparatorLength > end)
        {
            throw new InvalidDataException("its metadata do not fit to its size");
        }

        IsIPv6 = ipVersion == 6;
        Type = metadata.TryFind(map, "database_type"u8, out var type) ? metadata.Text(type) ?? "" : "";
        _data = ((int)treeLength + SeparatorLength)..end;
    }

    private static ReadOnlySpan<byte> Marker =>
        [0xAB, 0xCD, 0xEF, (byte)'M', (byte)'a', (byte)'x', (byte)'M', (byte)'i', (byte)'n', (byte)'d', (byte)'.', (byte)'c', (byte)'o', (byte)'m'];

    /// <summary>What its maker calls it, such as <c>GeoLite2-Country</c>.</summary>
    internal string Type { get; }

    /// <summary>Whether the tree is one of IPv6 addresses, with the IPv4 addresses in ::/96; otherwise one of IPv4 addresses.</summary>
    internal bool IsIPv6 { get; }

    /// <summary>The number of nodes. The same number in a node means that it has no record, and a larger one names a record.</summary>
    internal uint NodeCount { get; }

    internal MaxMindSection Data => new(_file.AsSpan(_data));

    /// <summary>The two sides of a node: for the bit 0, and for the bit 1.</summary>
    internal (uint Zero, uint One) Node(uint number)
    {
        var node = _file.AsSpan((int)(number * (long)_recordSize / 4), _recordSize / 4);
        return _recordSize switch
        {
            24 => (Join(0, node[..3]), Join(0, node[3..])),
            28 => (Join((uint)node[3] >> 4, node[..3]), Join(node[3] & 15U, node[4..])),
            _ => (Join(0, node[..4]), Join(0, node[4..])),
        };
    }

    /// <summary>Reads the record that a number above <see cref="NodeCount"/> names.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal MaxMindValue Record(uint number) =>
        number - (long)NodeCount - SeparatorLength is >= 0 and <= int.MaxValue and var offset
            ? Data.Read((int)offset)
            : throw new InvalidDataException("a leaf names no record");

    private static ulong Number(in MaxMindSection metadata, MaxMindValue map, ReadOnlySpan<byte> key) =>
        metadata.TryFind(map, key, out var value) && metadata.Number(value) is { } number and <= uint.MaxValue
            ? number
            : throw new InvalidDataException("its metadata are damaged");

    private static uint Join(uint upper, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
        {
            upper = (upper << 8) | one;
        }

        return upper;
    }
}

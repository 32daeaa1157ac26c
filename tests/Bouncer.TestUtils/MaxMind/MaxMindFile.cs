using System.Net;
using System.Text;

namespace Bouncer.TestUtils.MaxMind;

/// <summary>Writes small MaxMind DB files, and large ones for measurements.</summary>
public sealed class MaxMindFile
{
    private const int Empty = -1;

    private readonly MaxMindRecords _records = new();
    private readonly List<int> _nodes = [Empty, Empty];

    /// <summary>The kind that the metadata name.</summary>
    public string Type { get; init; } = "Test-Country";

    /// <summary>4 or 6: the addresses of the tree. IPv4 networks are in <c>::/96</c> of a tree of IPv6.</summary>
    public ushort IPVersion { get; init; } = 6;

    /// <summary>The bits of a record: 24, 28 or 32.</summary>
    public ushort RecordSize { get; init; } = 28;

    /// <summary>Whether <c>::ffff:0:0/96</c> and <c>2002::/16</c> lead to the IPv4 networks, as in the files of MaxMind.</summary>
    public bool HasAliases { get; init; }

    /// <summary>Gives a network a record. Networks do not overlap.</summary>
    /// <param name="network">The network, such as <c>192.0.2.0/24</c>.</param>
    /// <param name="record">A dictionary, a list, a text, a number, a boolean or a <see cref="MaxMindPointer"/>.</param>
    public MaxMindFile Add(string network, object record)
    {
        var parsed = IPNetwork.Parse(network);
        return Add(parsed.BaseAddress.GetAddressBytes(), parsed.PrefixLength, record);
    }

    /// <summary>Gives a network a record.</summary>
    /// <param name="address">The network's address, of 4 or 16 bytes.</param>
    /// <param name="length">The network's length.</param>
    /// <param name="record">The record.</param>
    public MaxMindFile Add(byte[] address, int length, object record)
    {
        byte[] bits = address.Length == 4 && IPVersion == 6 ? [.. new byte[12], .. address] : address;
        SetLeaf(bits, length + (8 * (bits.Length - address.Length)), -2 - _records.Add(record));
        return this;
    }

    /// <summary>A record of MaxMind's form for a country.</summary>
    /// <param name="code">Its ISO code.</param>
    public static object Country(string code) => new Dictionary<string, object>
    {
        ["continent"] = new Dictionary<string, object> { ["code"] = "EU", ["names"] = new Dictionary<string, object> { ["en"] = "Europe" } },
        ["country"] = new Dictionary<string, object> { ["geoname_id"] = 2921044U, ["iso_code"] = code, ["is_in_european_union"] = true },
        ["registered_country"] = new Dictionary<string, object> { ["iso_code"] = "QQ" },
    };

    /// <summary>A record of MaxMind's form for an autonomous system.</summary>
    /// <param name="number">Its number.</param>
    public static object AS(uint number) => new Dictionary<string, object>
    {
        ["autonomous_system_number"] = number,
        ["autonomous_system_organization"] = "Example",
    };

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        if (HasAliases)
        {
            var ipv4 = NodeAt(new byte[16], 96);
            SetLeaf([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0], 96, ipv4);
            SetLeaf([0x20, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 16, ipv4);
        }

        var count = _nodes.Count / 2;
        var file = new MemoryStream();
        for (var node = 0; node < count; node++)
        {
            file.Write(Node(Record(_nodes[2 * node], count), Record(_nodes[(2 * node) + 1], count)));
        }

        file.Write(new byte[16]);
        file.Write(_records.ToArray());
        file.Write([0xAB, 0xCD, 0xEF, .. Encoding.ASCII.GetBytes("MaxMind.com")]);
        file.Write(MaxMindRecords.Write(new Dictionary<string, object>
        {
            ["node_count"] = (uint)count,
            ["record_size"] = RecordSize,
            ["ip_version"] = IPVersion,
            ["database_type"] = Type,
            ["languages"] = (object[])["en"],
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = 1_795_000_000UL,
            ["description"] = new Dictionary<string, object> { ["en"] = "A file of the tests" },
        }));
        return file.ToArray();
    }

    /// <summary>Writes the file to a path.</summary>
    /// <param name="path">The path.</param>
    public void Save(string path) => File.WriteAllBytes(path, ToArray());

    private static uint Record(int value, int count) => value == Empty ? (uint)count : value < 0 ? (uint)(count + 16 - 2 - value) : (uint)value;

    private byte[] Node(uint left, uint right) => RecordSize switch
    {
        24 => [(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 16), (byte)(right >> 8), (byte)right],
        28 => [(byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(((left >> 20) & 0xF0) | (right >> 24)), (byte)(right >> 16), (byte)(right >> 8), (byte)right],
        _ => [(byte)(left >> 24), (byte)(left >> 16), (byte)(left >> 8), (byte)left, (byte)(right >> 24), (byte)(right >> 16), (byte)(right >> 8), (byte)right],
    };

    private void SetLeaf(byte[] bits, int length, int value)
    {
        if (length == 0)
        {
            (_nodes[0], _nodes[1]) = (value, value);
            return;
        }

        _nodes[(2 * NodeAt(bits, length - 1)) + Bit(bits, length - 1)] = value;
    }

    /// <summary>The node at a depth, which is made if it is missing.</summary>
    private int NodeAt(byte[] bits, int depth)
    {
        var node = 0;
        for (var i = 0; i < depth; i++)
        {
            var side = (2 * node) + Bit(bits, i);
            if (_nodes[side] < 0)
            {
                var leaf = _nodes[side];
                _nodes[side] = _nodes.Count / 2;
                _nodes.Add(leaf);
                _nodes.Add(leaf);
            }

            node = _nodes[side];
        }

        return node;
    }

    private static int Bit(byte[] bits, int index) => (bits[index / 8] >> (7 - (index % 8))) & 1;
}

using System.Buffers.Binary;
using System.Text;

namespace Bouncer.TestUtils.MaxMind;

/// <summary>Writes the data section of a MaxMind DB: maps, lists, texts, numbers. A value that was written before becomes a pointer,
/// as in the files of the vendors.</summary>
internal sealed class MaxMindRecords
{
    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal);
    private readonly List<byte> _data = [];

    internal byte[] ToArray() => [.. _data];

    /// <summary>Writes a record, unless an equal one is there.</summary>
    /// <returns>Its offset.</returns>
    internal int Add(object record)
    {
        var key = Describe(record);
        if (!_offsets.TryGetValue(key, out var offset))
        {
            var body = Encode(record, record);
            offset = _data.Count;
            _data.AddRange(body);
            _offsets.Add(key, offset);
        }

        return offset;
    }

    /// <summary>Writes a value without pointers, such as the metadata.</summary>
    internal static byte[] Write(object value) => new MaxMindRecords().Encode(value, null);

    private byte[] Encode(object value, object? record) => value switch
    {
        MaxMindPointer pointer => Pointer(pointer.Offset),
        string { Length: > 3 } or IReadOnlyDictionary<string, object> when record is not null && !ReferenceEquals(value, record) => Pointer(Add(value)),
        string text => [.. Control(2, Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)],
        double number => [.. Control(3, 8), .. Bytes(8, to => BinaryPrimitives.WriteDoubleBigEndian(to, number))],
        byte[] bytes => [.. Control(4, bytes.Length), .. bytes],
        ushort number => Number(5, number),
        uint number => Number(6, number),
        int number => [.. Control(8, 4), .. Bytes(4, to => BinaryPrimitives.WriteInt32BigEndian(to, number))],
        ulong number => Number(9, number),
        bool isSet => Control(14, isSet ? 1 : 0),
        float number => [.. Control(15, 4), .. Bytes(4, to => BinaryPrimitives.WriteSingleBigEndian(to, number))],
        IReadOnlyDictionary<string, object> map => [.. Control(7, map.Count), .. map.SelectMany(pair => (byte[])[.. Encode(pair.Key, record), .. Encode(pair.Value, record)])],
        IReadOnlyList<object> list => [.. Control(11, list.Count), .. list.SelectMany(item => Encode(item, record))],
        _ => throw new ArgumentException($"{value.GetType()} is not a type of the format.", nameof(value)),
    };

    private static byte[] Number(int type, ulong number)
    {
        var bytes = Bytes(8, to => BinaryPrimitives.WriteUInt64BigEndian(to, number)).SkipWhile(static one => one == 0).ToArray();
        return [.. Control(type, bytes.Length), .. bytes];
    }

    private static byte[] Control(int type, int size)
    {
        byte[] head = type > 7 ? [(byte)Least(size), (byte)(type - 7)] : [(byte)((type << 5) | Least(size))];
        return size switch
        {
            < 29 => head,
            < 285 => [.. head, (byte)(size - 29)],
            < 65821 => [.. head, (byte)((size - 285) >> 8), (byte)(size - 285)],
            _ => [.. head, (byte)((size - 65821) >> 16), (byte)((size - 65821) >> 8), (byte)(size - 65821)],
        };
    }

    private static int Least(int size) => size < 29 ? size : size < 285 ? 29 : size < 65821 ? 30 : 31;

    private static byte[] Pointer(int offset) => offset switch
    {
        < 1 << 11 => [(byte)(0x20 | (offset >> 8)), (byte)offset],
        < (1 << 19) + 2048 => [(byte)(0x28 | ((offset - 2048) >> 16)), (byte)((offset - 2048) >> 8), (byte)(offset - 2048)],
        < (1 << 27) + 526336 => [(byte)(0x30 | ((offset - 526336) >> 24)), (byte)((offset - 526336) >> 16), (byte)((offset - 526336) >> 8), (byte)(offset - 526336)],
        _ => [0x38, .. Bytes(4, to => BinaryPrimitives.WriteInt32BigEndian(to, offset))],
    };

    private static byte[] Bytes(int length, Action<byte[]> write)
    {
        var bytes = new byte[length];
        write(bytes);
        return bytes;
    }

    private static string Describe(object value) => value switch
    {
        IReadOnlyDictionary<string, object> map => $"{{{string.Join(',', map.Select(static pair => $"{pair.Key}={Describe(pair.Value)}"))}}}",
        IReadOnlyList<object> list => $"[{string.Join(',', list.Select(Describe))}]",
        byte[] bytes => $"0x{Convert.ToHexString(bytes)}",
        _ => FormattableString.Invariant($"{value.GetType().Name}:{value}"),
    };
}

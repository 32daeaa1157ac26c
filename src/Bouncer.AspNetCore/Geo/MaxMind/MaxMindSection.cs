using System.Text;

namespace Bouncer.AspNetCore.Geo.MaxMind;

/// <summary>A section of values in a MaxMind DB file: the data, or the metadata. Every read is checked against the section's bounds, and
/// no value can be read endlessly.</summary>
/// <param name="bytes">The section.</param>
internal readonly ref struct MaxMindSection(ReadOnlySpan<byte> bytes)
{
    // The records of the vendors have a few hundred values.
    private const int MostValues = 10_000;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Reads the value at a position.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal MaxMindValue Read(int position) => ReadAndMove(ref position);

    /// <summary>Checks that a value is there as a whole, without following pointers.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal void Check(int position)
    {
        var budget = MostValues;
        Skip(ref position, ref budget);
    }

    /// <summary>Finds the value of a key in a map.</summary>
    /// <returns>False if the value is not a map or has no such key.</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal bool TryFind(MaxMindValue map, ReadOnlySpan<byte> key, out MaxMindValue value)
    {
        var budget = MostValues;
        var position = map.Start;
        for (var entry = 0; map.Type == MaxMindType.Map && entry < map.Size; entry++)
        {
            var name = ReadAndMove(ref position);
            if (name.Type == MaxMindType.Text && Content(name).SequenceEqual(key))
            {
                value = ReadAndMove(ref position);
                return true;
            }

            if (name.Type != MaxMindType.Text)
            {
                throw new InvalidDataException("a key is not a text");
            }

            Skip(ref position, ref budget);
        }

        value = default;
        return false;
    }

    /// <summary>The text of a value; null if it is not a text.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal string? Text(MaxMindValue value) => value.Type == MaxMindType.Text ? Encoding.UTF8.GetString(Content(value)) : null;

    /// <summary>The number that a value is; null if it is not an unsigned integer of at most 64 bits.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal ulong? Number(MaxMindValue value)
    {
        if (value is not { Type: MaxMindType.UInt16 or MaxMindType.UInt32 or MaxMindType.UInt64, Size: <= sizeof(ulong) })
        {
            return null;
        }

        var number = 0UL;
        foreach (var one in Content(value))
        {
            number = (number << 8) | one;
        }

        return number;
    }

    private ReadOnlySpan<byte> Content(MaxMindValue value)
    {
        var position = value.Start;
        return Take(ref position, value.Size);
    }

    /// <summary>Reads a value. The position moves to the one after it or, if it is a map or list itself, to its first entry.</summary>
    private MaxMindValue ReadAndMove(ref int position)
    {
        var value = ReadHead(ref position);
        if (value.Type == MaxMindType.Pointer)
        {
            var target = value.Size;
            var pointed = ReadHead(ref target);
            return pointed.Type != MaxMindType.Pointer ? pointed : throw new InvalidDataException("a pointer leads to another one");
        }

        SkipContent(value, ref position);
        return value;
    }

    /// <summary>Skips values without following pointers, so that each byte is passed once.</summary>
    private void Skip(ref int position, ref int budget)
    {
        for (var left = 1L; left > 0; left--)
        {
            if (budget-- == 0)
            {
                throw new InvalidDataException("a record has too many values");
            }

            var value = ReadHead(ref position);
            SkipContent(value, ref position);
            left += value.Type switch
            {
                MaxMindType.Map => 2L * value.Size,
                MaxMindType.List => value.Size,
                _ => 0,
            };
        }
    }

    private void SkipContent(MaxMindValue value, ref int position)
    {
        if (value.Type is not (MaxMindType.Map or MaxMindType.List or MaxMindType.Boolean or MaxMindType.Pointer))
        {
            Take(ref position, value.Size);
        }
    }

    private MaxMindValue ReadHead(ref int position)
    {
        var control = Take(ref position, 1)[0];
        var type = control >> 5;
        if (type == (int)MaxMindType.Pointer)
        {
            return new(MaxMindType.Pointer, position, ReadPointer(control, ref position));
        }

        type = type == 0 ? 7 + Take(ref position, 1)[0] : type;
        var size = (control & 31) switch
        {
            29 => 29 + ReadNumber(ref position, 1),
            30 => 285 + ReadNumber(ref position, 2),
            31 => 65_821 + ReadNumber(ref position, 3),
            var small => small,
        };
        return Enum.IsDefined((MaxMindType)type) && type != (int)MaxMindType.Pointer
            ? new((MaxMindType)type, position, size)
            : throw new InvalidDataException("a value has an unknown type");
    }

    private int ReadPointer(byte control, ref int position)
    {
        var upper = control & 7;
        return ((control >> 3) & 3) switch
        {
            0 => (upper << 8) | ReadNumber(ref position, 1),
            1 => ((upper << 16) | ReadNumber(ref position, 2)) + 2_048,
            2 => ((upper << 24) | ReadNumber(ref position, 3)) + 526_336,
            _ => ReadNumber(ref position, 4),
        };
    }

    private int ReadNumber(ref int position, int length)
    {
        var number = 0;
        foreach (var one in Take(ref position, length))
        {
            number = (number << 8) | one;
        }

        return number;
    }

    private ReadOnlySpan<byte> Take(scoped ref int position, int count)
    {
        if (position < 0 || count < 0 || count > _bytes.Length - position)
        {
            throw new InvalidDataException("a value is outside of the file");
        }

        var taken = _bytes.Slice(position, count);
        position += count;
        return taken;
    }
}

namespace Bouncer.Lapi.Wire;

/// <summary>Reads durations as Go's <c>time.ParseDuration</c> does: <c>3h59m57.641708614s</c>, <c>-18897h25m52.8s</c>,
/// <c>0</c>. Longer ones than ten years, either way, become ten years.</summary>
internal static class GoDuration
{
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    // Far above the longest duration in any unit, and so small that no product below leaves an Int128.
    private const long Ceiling = 1_000_000_000_000_000_000;
    private const int FractionDigits = 18;

    internal static bool TryParse(ReadOnlySpan<byte> utf8, out TimeSpan duration)
    {
        duration = default;
        var negative = utf8 is [(byte)'-', ..];
        var rest = negative || utf8 is [(byte)'+', ..] ? utf8[1..] : utf8;
        if (rest.SequenceEqual("0"u8))
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        Int128 nanoseconds = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out var part))
            {
                return false;
            }

            nanoseconds = Int128.Min(nanoseconds + part, Ceiling);
        }

        var ticks = long.Min((long)nanoseconds / TimeSpan.NanosecondsPerTick, Longest.Ticks);
        duration = TimeSpan.FromTicks(negative ? -ticks : ticks);
        return true;
    }

    /// <summary>Takes one number and its unit.</summary>
    private static bool TryTakePart(ref ReadOnlySpan<byte> rest, out Int128 nanoseconds)
    {
        nanoseconds = 0;
        var whole = TakeDigits(ref rest);
        var fraction = ReadOnlySpan<byte>.Empty;
        if (rest is [(byte)'.', ..])
        {
            rest = rest[1..];
            fraction = TakeDigits(ref rest);
        }

        if ((whole.IsEmpty && fraction.IsEmpty) || !TryTakeUnit(ref rest, out var unit))
        {
            return false;
        }

        nanoseconds = Number(whole) * unit;
        if (!fraction.IsEmpty)
        {
            // Digits further behind are less than a nanosecond of any unit.
            fraction = fraction[..int.Min(fraction.Length, FractionDigits)];
            nanoseconds += Number(fraction) * unit / Number("1000000000000000000"u8[..(fraction.Length + 1)]);
        }

        return true;
    }

    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = end < 0 ? rest : rest[..end];
        rest = rest[digits.Length..];
        return digits;
    }

    private static Int128 Number(ReadOnlySpan<byte> digits)
    {
        Int128 value = 0;
        foreach (var digit in digits)
        {
            value = Int128.Min((value * 10) + (digit - '0'), Ceiling);
        }

        return value;
    }

    private static bool TryTakeUnit(ref ReadOnlySpan<byte> rest, out long nanoseconds)
    {
        var end = rest.IndexOfAnyInRange((byte)'.', (byte)'9');
        var unit = end < 0 ? rest : rest[..end];
        rest = rest[unit.Length..];
        nanoseconds = unit switch
        {
            [(byte)'s'] => 1_000_000_000,
            [(byte)'m'] => 60_000_000_000,
            [(byte)'h'] => 3_600_000_000_000,
            [(byte)'m', (byte)'s'] => 1_000_000,
            [(byte)'u', (byte)'s'] => 1_000,
            [(byte)'n', (byte)'s'] => 1,
            _ when unit.SequenceEqual("\u00B5s"u8) || unit.SequenceEqual("\u03BCs"u8) => 1_000,
            _ => 0,
        };
        return nanoseconds != 0;
    }
}

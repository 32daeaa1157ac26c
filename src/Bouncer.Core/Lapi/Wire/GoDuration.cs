using System.Runtime.CompilerServices;

namespace Bouncer.Lapi.Wire;

/// <summary>Reads durations as Go's <c>time.ParseDuration</c> does: <c>3h59m57.641708614s</c>, <c>-18897h25m52.8s</c>, <c>0</c>.
/// Durations of more than ten years, positive or negative, are limited to ten years.</summary>
internal static class GoDuration
{
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    // Larger than the longest duration, and small enough that no step below overflows a long.
    private const long Ceiling = 400_000_000_000_000_000;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryParse(ReadOnlySpan<byte> utf8, out TimeSpan duration)
    {
        duration = default;
        var negative = utf8 is [(byte)'-', ..];
        var rest = negative || utf8 is [(byte)'+', ..] ? utf8[1..] : utf8;
        if (rest is [(byte)'0'])
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        long nanoseconds = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out var part))
            {
                return false;
            }

            nanoseconds = long.Min(nanoseconds + part, Ceiling);
        }

        var ticks = long.Min(nanoseconds / TimeSpan.NanosecondsPerTick, Longest.Ticks);
        duration = TimeSpan.FromTicks(negative ? -ticks : ticks);
        return true;
    }

    /// <summary>Reads one number and its unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakePart(ref ReadOnlySpan<byte> rest, out long nanoseconds)
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

        nanoseconds = Whole(whole, unit) + Fraction(fraction, unit);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> TakeDigits(scoped ref ReadOnlySpan<byte> rest)
    {
        var length = 0;
        while (length < rest.Length && char.IsAsciiDigit((char)rest[length]))
        {
            length++;
        }

        var digits = rest[..length];
        rest = rest[length..];
        return digits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Whole(ReadOnlySpan<byte> digits, long unit)
    {
        long value = 0;
        foreach (var digit in digits)
        {
            value = long.Min((value * 10) + (digit - '0'), Ceiling);
        }

        return value < Ceiling / unit ? value * unit : Ceiling;
    }

    /// <summary>Starts with the last digit, so that each step loses less than a nanosecond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Fraction(ReadOnlySpan<byte> digits, long unit)
    {
        long nanoseconds = 0;
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            nanoseconds = (((digits[i] - '0') * unit) + nanoseconds) / 10;
        }

        return nanoseconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryTakeUnit(ref ReadOnlySpan<byte> rest, out long nanoseconds)
    {
        var length = 0;
        while (length < rest.Length && rest[length] is not ((byte)'.' or >= (byte)'0' and <= (byte)'9'))
        {
            length++;
        }

        nanoseconds = rest[..length] switch
        {
            [(byte)'s'] => 1_000_000_000,
            [(byte)'m'] => 60_000_000_000,
            [(byte)'h'] => 3_600_000_000_000,
            [(byte)'m', (byte)'s'] => 1_000_000,
            [(byte)'u', (byte)'s'] => 1_000,
            [(byte)'n', (byte)'s'] => 1,
            var unit when unit.SequenceEqual("\u00B5s"u8) || unit.SequenceEqual("\u03BCs"u8) => 1_000,
            _ => 0,
        };
        rest = rest[length..];
        return nanoseconds != 0;
    }
}

using System.Buffers;
using System.Globalization;
using System.Text;

namespace Bouncer.Testing.Api;

/// <summary>Durations as Go writes and reads them.</summary>
internal static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var sign = value < TimeSpan.Zero ? "-" : "";
        value = value.Duration();
        if (value < TimeSpan.FromMicroseconds(1))
        {
            return sign + Number(value.Ticks * 100m) + "ns";
        }

        if (value < TimeSpan.FromMilliseconds(1))
        {
            return sign + Number((decimal)value.Ticks / TimeSpan.TicksPerMicrosecond) + "µs";
        }

        if (value < TimeSpan.FromSeconds(1))
        {
            return sign + Number((decimal)value.Ticks / TimeSpan.TicksPerMillisecond) + "ms";
        }

        var hours = value.Ticks / TimeSpan.TicksPerHour;
        var text = new StringBuilder(sign);
        if (hours > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        }

        if (value >= TimeSpan.FromMinutes(1))
        {
            text.Append(CultureInfo.InvariantCulture, $"{value.Minutes}m");
        }

        return text.Append(Number((decimal)(value.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond)).Append('s').ToString();
    }

    // Rounds halves away from zero, as Go's Duration.Round does.
    public static TimeSpan RoundToSecond(TimeSpan value) =>
        TimeSpan.FromSeconds((long)Math.Round((decimal)value.Ticks / TimeSpan.TicksPerSecond, MidpointRounding.AwayFromZero));

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var negative = text.StartsWith('-');
        var rest = negative || text.StartsWith('+') ? text[1..] : text;
        if (rest.Length == 0)
        {
            return false;
        }

        if (rest == "0")
        {
            return true;
        }

        var ticks = 0m;
        while (rest.Length > 0)
        {
            var unitAt = rest.AsSpan().IndexOfAnyExcept(Digits);
            if (unitAt <= 0 || !decimal.TryParse(rest.AsSpan(0, unitAt), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            var unitEnd = rest.AsSpan(unitAt).IndexOfAny(Digits);
            var unit = unitEnd < 0 ? rest[unitAt..] : rest.Substring(unitAt, unitEnd);
            if (TicksOf(unit) is not { } unitTicks)
            {
                return false;
            }

            ticks += number * unitTicks;
            rest = rest[(unitAt + unit.Length)..];
        }

        if (ticks > long.MaxValue)
        {
            return false;
        }

        value = TimeSpan.FromTicks(negative ? -(long)ticks : (long)ticks);
        return true;
    }

    private static decimal? TicksOf(string unit) => unit switch
    {
        "h" => TimeSpan.TicksPerHour,
        "m" => TimeSpan.TicksPerMinute,
        "s" => TimeSpan.TicksPerSecond,
        "ms" => TimeSpan.TicksPerMillisecond,
        "us" or "µs" or "μs" => TimeSpan.TicksPerMicrosecond,
        "ns" => 0.01m,
        _ => null,
    };

    private static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}

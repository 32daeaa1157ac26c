using System.Globalization;
using System.Numerics;
using System.Text;
using Bouncer.Lapi.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace Bouncer.Tests.Lapi.Wire;

public class GoDurationTests
{
    private static readonly (string Name, long Nanoseconds)[] Units =
        [("ns", 1), ("us", 1_000), ("\u00B5s", 1_000), ("\u03BCs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000)];

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("0s", 0)]
    [InlineData("3h59m57s", 143_970_000_000)]
    [InlineData("3h59m57.641708614s", 143_976_417_086)]
    [InlineData("-18897h25m52.8s", -680_307_528_000_000)]
    [InlineData("+1m", 600_000_000)]
    [InlineData("0.4s", 4_000_000)]
    [InlineData(".5s", 5_000_000)]
    [InlineData("1.s", 10_000_000)]
    [InlineData("1.5h", 54_000_000_000)]
    [InlineData("100ns", 1)]
    [InlineData("99ns", 0)]
    [InlineData("10us", 100)]
    [InlineData("10\u00B5s", 100)]
    [InlineData("10\u03BCs", 100)]
    [InlineData("1ms", 10_000)]
    [InlineData("1s1h", 36_010_000_000)]
    [InlineData("000000000000000000000000000001s", 10_000_000)]
    [InlineData("0.999999999999999999999999999999s", 9_999_999)]
    public void TryParse_GoDuration_ReadsTicks(string text, long ticks)
    {
        Assert.True(GoDuration.TryParse(Encoding.UTF8.GetBytes(text), out var duration));
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData("99999999h", 3650)]
    [InlineData("2562047h47m16.85s", 3650)]
    [InlineData("-2562047h47m16.85s", -3650)]
    [InlineData("99999999999999999999999999999999999999999999h", 3650)]
    [InlineData("9223372036854775807h9223372036854775807h9223372036854775807h", 3650)]
    [InlineData("-99999999999999999999999999999999999999999999ns", -3650)]
    [InlineData("87600h", 3650)]
    [InlineData("87600h1ns", 3650)]
    public void TryParse_B8_HugeDuration_IsClampedToTenYears(string text, int days)
    {
        Assert.True(GoDuration.TryParse(Encoding.UTF8.GetBytes(text), out var duration));
        Assert.Equal(TimeSpan.FromDays(days), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+")]
    [InlineData("--1s")]
    [InlineData("+-1s")]
    [InlineData("1")]
    [InlineData("00")]
    [InlineData("0.0")]
    [InlineData("1e3s")]
    [InlineData("NaN")]
    [InlineData("Infs")]
    [InlineData(" 1s")]
    [InlineData("1s ")]
    [InlineData("1 s")]
    [InlineData("1h 5m")]
    [InlineData("s")]
    [InlineData(".s")]
    [InlineData("1..5s")]
    [InlineData("1.5.5s")]
    [InlineData("1h5")]
    [InlineData("1d")]
    [InlineData("1S")]
    [InlineData("1h-5m")]
    [InlineData("0x1s")]
    [InlineData("1/2s")]
    [InlineData("\u0661s")]
    [InlineData("1s\0")]
    public void TryParse_NotGo_IsRefused(string text) =>
        Assert.False(GoDuration.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void TryParse_AnyParts_IsTheirSum()
    {
        var digits = Gen.Elements([.. "0123456789"]).ListOf().Select(list => string.Concat(list.Take(25)));
        var part = from whole in digits
                   from fraction in digits.OrNull()
                   from unit in Gen.Elements(Units)
                   where whole.Length + fraction?.Length > 0 || (fraction is null && whole.Length > 0)
                   select (whole, fraction, unit);
        var parts = Arb.Array(part.ToArbitrary()).Filter(list => list.Length > 0);
        Prop.ForAll(parts, Gen.Elements("", "+", "-").ToArbitrary(), (list, sign) =>
        {
            var text = sign + string.Concat(list.Select(one => $"{one.whole}{(one.fraction is null ? "" : "." + one.fraction)}{one.unit.Name}"));
            Assert.True(GoDuration.TryParse(Encoding.UTF8.GetBytes(text), out var duration), text);

            var ticks = list.Select(Nanoseconds).Aggregate(BigInteger.Zero, (sum, one) => sum + one) / TimeSpan.NanosecondsPerTick;
            ticks = BigInteger.Min(ticks, GoDuration.Longest.Ticks);
            Assert.Equal(sign == "-" ? -ticks : ticks, duration.Ticks);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void TryParse_B8_TenKilobytesOfDigits_ReturnsAtOnce() =>
        Assert.True(GoDuration.TryParse(Encoding.UTF8.GetBytes(new string('9', 10_240) + "s"), out _));

    private static BigInteger Nanoseconds((string Whole, string? Fraction, (string Name, long Nanoseconds) Unit) part)
    {
        var digits = part.Whole + part.Fraction;
        return BigInteger.Parse("0" + digits, CultureInfo.InvariantCulture) * part.Unit.Nanoseconds / BigInteger.Pow(10, part.Fraction?.Length ?? 0);
    }
}

using System.Text;
using Bouncer.Lapi.Wire;

namespace Bouncer.Tests.Lapi.Wire;

public class GoDurationTests
{
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
    public void TryParse_B8_TenKilobytesOfDigits_ReturnsAtOnce() =>
        Assert.True(GoDuration.TryParse(Encoding.UTF8.GetBytes(new string('9', 10_240) + "s"), out _));
}

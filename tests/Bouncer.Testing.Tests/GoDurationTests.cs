using Bouncer.Testing.Api;

namespace Bouncer.Testing.Tests;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "100ns")]
    [InlineData(15, "1.5µs")]
    [InlineData(-1705938, "-170.5938ms")]
    [InlineData(10_000_000, "1s")]
    [InlineData(600_000_000, "1m0s")]
    [InlineData(36_000_000_000, "1h0m0s")]
    [InlineData(143_976_417_086, "3h59m57.6417086s")]
    [InlineData(-680_379_525_000_000, "-18899h25m52.5s")]
    public void Format_Ticks_IsWhatGoWrites(long ticks, string expected) =>
        Assert.Equal(expected, GoDuration.Format(TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData("4h", 14_400)]
    [InlineData("-1h0m1.5s", -3601.5)]
    [InlineData("1500ms", 1.5)]
    [InlineData("0", 0)]
    [InlineData("+2m", 120)]
    public void TryParse_GoText_GivesSeconds(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var value));
        Assert.Equal(TimeSpan.FromSeconds(seconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("4")]
    [InlineData("h")]
    [InlineData("4d")]
    [InlineData("1h0")]
    [InlineData("1..5s")]
    [InlineData("99999999999999h")]
    public void TryParse_OtherText_IsRefused(string text) => Assert.False(GoDuration.TryParse(text, out _));
}


namespace Bouncer.AspNetCore.Tests.Throttle;

public sealed class ThrottleOptionsTests
{
    [Theory]
    [InlineData(1, "00:00:01", 1)]
    [InlineData(10_000, "1.00:00:00", 10_000)]
    [InlineData(10, "00:01:00", null)]
    public void Validate_EdgesOfTheRanges_AreValid(int limit, string window, int? burst)
    {
        var options = Options(limit, window, burst);
        Assert.True(new BouncerHttpOptionsValidator().Validate(null, options).Succeeded);
    }

    [Theory]
    [InlineData(0, "00:01:00", null, "PermitLimit")]
    [InlineData(10_001, "00:01:00", null, "PermitLimit")]
    [InlineData(10, "00:00:00.9", null, "Window")]
    [InlineData(10, "1.00:00:00.1", null, "Window")]
    [InlineData(10, "-00:01:00", null, "Window")]
    [InlineData(10, "00:01:00", 0, "Burst")]
    [InlineData(10, "00:01:00", 10_001, "Burst")]
    public void Validate_OutsideTheRanges_IsNamedByItsKey(int limit, string window, int? burst, string key)
    {
        var failures = new BouncerHttpOptionsValidator().Validate(null, Options(limit, window, burst)).Failures!.ToArray();
        Assert.Equal(2, failures.Length);
        Assert.StartsWith($"Bouncer:Http:Throttle:{key} is ", failures[0], StringComparison.Ordinal);
        Assert.StartsWith($"Bouncer:Http:Policies:api:Throttle:{key} is ", failures[1], StringComparison.Ordinal);
    }

    private static BouncerHttpOptions Options(int limit, string window, int? burst)
    {
        var time = TimeSpan.Parse(window, System.Globalization.CultureInfo.InvariantCulture);
        return new()
        {
            Throttle = { PermitLimit = limit, Window = time, Burst = burst },
            Policies = { ["api"] = new() { Throttle = { PermitLimit = limit, Window = time, Burst = burst } } },
        };
    }
}

using Bouncer.Configuration;

namespace Bouncer.AspNetCore.Throttle;

/// <summary>Validates the throttle's settings.</summary>
internal static class ThrottleOptionsValidator
{
    internal static void Validate(ThrottleOptions throttle, SettingErrors errors) =>
        Validate(throttle.PermitLimit, throttle.Window, throttle.Burst, errors);

    internal static void Validate(PolicyThrottleOptions throttle, SettingErrors errors) =>
        Validate(throttle.PermitLimit, throttle.Window, throttle.Burst, errors);

    private static void Validate(int? permitLimit, TimeSpan? window, int? burst, SettingErrors errors)
    {
        errors.Check("PermitLimit", permitLimit);
        errors.Check("Window", window);
        errors.Check("Burst", burst);
    }
}

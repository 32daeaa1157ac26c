namespace Bouncer.AspNetCore.Remediations.Throttle;

/// <summary>Where the throttle finds the settings in force.</summary>
internal interface IThrottleSettingsSource
{
    /// <summary>Those of a policy; null is the default one.</summary>
    ThrottleSettings For(string? policy);
}

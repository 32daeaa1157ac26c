namespace Bouncer.AspNetCore.Remediations.Throttle;

/// <summary>Where the throttle finds the settings in force.</summary>
internal interface IThrottleSettingsSource
{
    /// <summary>What clients that come too often are told.</summary>
    ThrottleRefusals Refusals { get; }

    /// <summary>Those of a policy; null is the default one.</summary>
    ThrottleSettings For(string? policy);
}

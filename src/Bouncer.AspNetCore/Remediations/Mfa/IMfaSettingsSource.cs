namespace Bouncer.AspNetCore.Remediations.Mfa;

/// <summary>Where the second factor finds the settings in force.</summary>
internal interface IMfaSettingsSource
{
    MfaSettings Current { get; }
}

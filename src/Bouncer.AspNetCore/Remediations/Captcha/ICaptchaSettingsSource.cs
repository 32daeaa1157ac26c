namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>Where the captcha finds the settings in force.</summary>
internal interface ICaptchaSettingsSource
{
    CaptchaSettings Current { get; }
}

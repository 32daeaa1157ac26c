namespace Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;

/// <summary>Where the providers find the settings in force.</summary>
internal interface ISiteVerifySettingsSource
{
    SiteVerifySettings Current { get; }
}

using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.Configuration;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Validates the form of the captcha's settings.</summary>
internal static class CaptchaOptionsValidator
{
    internal static void Validate(CaptchaOptions captcha, IHostEnvironment? environment, SettingErrors errors)
    {
        if (string.IsNullOrWhiteSpace(captcha.Provider))
        {
            errors.Add("Provider", "is empty; use 'local' for the captcha that needs no other service.");
        }

        errors.Check("Difficulty", captcha.Difficulty);
        errors.Check("ClearanceLifetime", captcha.ClearanceLifetime);
        errors.Check("Timeout", captcha.Timeout);
        errors.Check("WaitWithoutScript", captcha.WaitWithoutScript);
        foreach (var (name, service) in captcha.Providers)
        {
            CaptchaServiceOptionsValidator.Validate(name, service, environment, errors.In("Providers").In(name));
        }
    }
}

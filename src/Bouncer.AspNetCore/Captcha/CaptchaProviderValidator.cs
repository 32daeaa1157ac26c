using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Finds every captcha provider that the settings name and there is not.</summary>
internal sealed class CaptchaProviderValidator(CaptchaProviderNames names) : IValidateOptions<BouncerHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        string[] errors = [.. options.Policies
            .Select(policy => names.Check($"Bouncer:Http:Policies:{policy.Key}:Captcha:Provider", policy.Value.Captcha.Provider))
            .Prepend(names.Check("Bouncer:Http:Captcha:Provider", options.Captcha.Provider))
            .OfType<string>()];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

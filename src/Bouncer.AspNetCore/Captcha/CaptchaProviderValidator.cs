using Bouncer.AspNetCore.Captcha.SiteVerify;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Finds names of captcha providers that are unknown, and those that are given twice. Needs no provider to be made.</summary>
internal sealed class CaptchaProviderValidator(IEnumerable<CaptchaProviderRegistration> registrations) : IValidateOptions<BouncerHttpOptions>
{
    private const string Section = "Bouncer:Http:Captcha";

    private readonly HashSet<string> _registered = new(registrations.Select(static registered => registered.Name), StringComparer.OrdinalIgnoreCase);

    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        var captcha = options.Captcha;
        var known = new HashSet<string>(_registered.Concat(captcha.Providers.Keys), StringComparer.OrdinalIgnoreCase);
        string[] errors =
        [
            .. captcha.Providers.Keys.Where(_registered.Contains).Select(static twice =>
                $"{Section}:Providers:{twice}: there is a captcha provider '{twice}' already, built in or added with AddCaptchaProvider; give the section another name."),
            .. options.Policies
                .Select(policy => ($"Bouncer:Http:Policies:{policy.Key}:Captcha:Provider", policy.Value.Captcha.Provider))
                .Prepend(($"{Section}:Provider", captcha.Provider))
                .Where(named => !string.IsNullOrWhiteSpace(named.Provider) && !known.Contains(named.Provider))
                .Select(named => Unknown(named.Item1, named.Provider!, known)),
        ];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static string Unknown(string key, string name, HashSet<string> known)
    {
        var advice = SiteVerifyServices.Find(name) is { } service
            ? $" To use the service {service.Name}, add section {Section}:Providers:{service.Name} with its keys."
            : "";
        return $"{key}: unknown captcha provider '{name}'. Known providers: {string.Join(", ", known.Order(StringComparer.Ordinal))}.{advice}";
    }
}

using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Finds unknown and duplicate names of captcha providers, without creating a provider.</summary>
internal sealed class CaptchaProviderValidator(IEnumerable<CaptchaProviderRegistration> registrations) : IValidateOptions<BouncerHttpOptions>
{
    private readonly HashSet<string> _registered = new(registrations.Select(static registered => registered.Name), StringComparer.OrdinalIgnoreCase);

    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        var errors = new SettingErrors(options, "Http");
        var ofCaptcha = errors.In("Captcha");
        var known = new HashSet<string>(_registered.Concat(options.Captcha.Providers.Keys), StringComparer.OrdinalIgnoreCase);
        foreach (var twice in options.Captcha.Providers.Keys.Where(_registered.Contains))
        {
            ofCaptcha.Add($"Providers:{twice}", "has the name of a captcha provider that is built in or added with AddCaptchaProvider; give the section another name.");
        }

        var services = ofCaptcha.PathOf("Providers");
        Check(options.Captcha.Provider, known, services, ofCaptcha);
        foreach (var (policy, settings) in options.Policies)
        {
            Check(settings.Captcha.Provider, known, services, errors.In("Policies").In(policy).In("Captcha"));
        }

        return errors.Result;
    }

    private static void Check(string? name, HashSet<string> known, string services, SettingErrors errors)
    {
        if (!string.IsNullOrWhiteSpace(name) && !known.Contains(name))
        {
            var advice = SiteVerifyServices.Find(name) is { } service ? $" To use the service {service.Name}, add section {services}:{service.Name} with its keys." : "";
            errors.Add("Provider", $"names the unknown captcha provider '{name}'. Known providers: {string.Join(", ", known.Order(StringComparer.Ordinal))}.{advice}");
        }
    }
}

using Bouncer.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Finds that AppSec works alone and has no key: where LAPI is asked for decisions, its key is needed there.</summary>
internal sealed class AppSecKeyValidator(IOptionsFactory<BouncerHttpOptions> web) : IValidateOptions<BouncerOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerOptions options)
    {
        if (options.Sync.Mode != BouncerMode.Off || Read() is not { AppSec: { Url: not null, Tls.CertificateFile: null } appSec } settings || AppSecKey.IsNamed(appSec, options.Lapi))
        {
            return ValidateOptionsResult.Success;
        }

        var errors = new SettingErrors(settings, "Http").In("AppSec");
        errors.Add("ApiKey", $"is missing: AppSec needs a key of the bouncer, although decisions are off. Create one with `cscli bouncers add NAME`, and set it here or put it in a file that {errors.PathOf("ApiKeyFile")} names.");
        return errors.Result;
    }

    private BouncerHttpOptions? Read()
    {
        try
        {
            return web.Create(Options.DefaultName);
        }
        catch (OptionsValidationException)
        {
            // Its own errors are reported.
            return null;
        }
    }
}

using Bouncer.AspNetCore.Responses;
using Bouncer.Configuration;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Validates the settings of a captcha service. No error contains the secret.</summary>
internal static class CaptchaServiceOptionsValidator
{
    /// <summary>Adds an error for each problem.</summary>
    /// <param name="name">The provider's name.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="environment">The environment whose content root relative files are resolved against.</param>
    /// <param name="errors">Receives the errors.</param>
    internal static void Validate(string name, CaptchaServiceOptions options, IHostEnvironment? environment, SettingErrors errors)
    {
        if (SiteVerifyServices.Find(options.Service ?? name) is not { } service)
        {
            var all = string.Join(", ", SiteVerifyServices.All.Select(static one => one.Name));
            errors.Add("Service", options.Service is null
                ? $"is missing, and '{name}' is not a captcha service; set it to one of {all}."
                : $"is '{options.Service}'; write one of {all}.");
            return;
        }

        if (string.IsNullOrWhiteSpace(options.SiteKey))
        {
            errors.Add("SiteKey", $"is empty; get one from {service.Name}.");
        }

        ValidateSecret(options, environment, errors);
        ValidateUrl(options.Endpoint, service.Endpoint, "Endpoint", service.Name, errors);
        ValidateUrl(options.Script, service.Script, "Script", service.Name, errors);
        if (options.WidgetEndpoint is not null)
        {
            ValidateUrl(options.WidgetEndpoint, null, "WidgetEndpoint", service.Name, errors);
        }

        if (options.ElementName is { } element && !CaptchaWidget.IsElementName(element))
        {
            errors.Add("ElementName", $"is '{element}'; write a lower-case letter, followed by lower-case letters, digits and hyphens.");
        }

        errors.Check("MinScore", options.MinScore);
        if (options.Hostname is { } host && Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            errors.Add("Hostname", $"is '{host}'; write a host name without scheme and port.");
        }
    }

    private static void ValidateSecret(CaptchaServiceOptions options, IHostEnvironment? environment, SettingErrors errors)
    {
        if (options.SecretKeyFile is not { } file)
        {
            if (SiteSecret.Check(options.SecretKey) is null)
            {
                errors.Add("SecretKey", "is missing or is not visible ASCII: set it or SecretKeyFile.");
            }

            return;
        }

        if (options.SecretKey is not null)
        {
            errors.Add("SecretKey", "and SecretKeyFile are both set: keep one, not both.");
        }

        var found = new FileInfo(TemplateFile.PathOf(file, environment));
        if (!found.Exists)
        {
            errors.Add("SecretKeyFile", $"names '{found.FullName}', which does not exist.");
        }
        else if (found.Length > SecretFile.MaxLength)
        {
            errors.Add("SecretKeyFile", $"names '{found.FullName}', which is larger than {SecretFile.MaxLength / 1024} KiB.");
        }
    }

    private static void ValidateUrl(Uri? set, Uri? known, string key, string service, SettingErrors errors)
    {
        if ((set ?? known) is not { } url)
        {
            errors.Add(key, $"is empty; {service} has no default.");
        }
        else if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp) || url.UserInfo.Length > 0)
        {
            errors.Add(key, "is not a URL like https://example.org/ without user and password.");
        }
    }
}

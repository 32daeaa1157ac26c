using Bouncer.AspNetCore.Responses;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>Finds what is wrong with a captcha service's settings. None of it shows the secret.</summary>
internal static class CaptchaServiceOptionsValidator
{
    /// <summary>Adds an error for each finding.</summary>
    /// <param name="name">The provider's name.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="section">The configuration key of the settings.</param>
    /// <param name="environment">Whose content root a relative file belongs to.</param>
    /// <param name="errors">Takes the findings.</param>
    internal static void Validate(
        string name, CaptchaServiceOptions options, string section, IHostEnvironment? environment, List<string> errors)
    {
        if (SiteVerifyServices.Find(options.Service ?? name) is not { } service)
        {
            var all = string.Join(", ", SiteVerifyServices.All.Select(static one => one.Name));
            errors.Add(options.Service is null
                ? $"{section}:Service is empty, and '{name}' is no captcha service; set it to one of {all}."
                : $"{section}:Service is '{options.Service}'; it is one of {all}.");
            return;
        }

        if (string.IsNullOrWhiteSpace(options.SiteKey))
        {
            errors.Add($"{section}:SiteKey is empty; {service.Name} gives you one.");
        }

        ValidateSecret(options, section, environment, errors);
        ValidateUrl(options.Endpoint, service.Endpoint, $"{section}:Endpoint", service.Name, errors);
        ValidateUrl(options.Script, service.Script, $"{section}:Script", service.Name, errors);
        if (options.WidgetEndpoint is not null)
        {
            ValidateUrl(options.WidgetEndpoint, null, $"{section}:WidgetEndpoint", service.Name, errors);
        }

        if (options.ElementName is { } element && !CaptchaWidget.IsElementName(element))
        {
            errors.Add($"{section}:ElementName is '{element}'; it is a lower-case letter, then such letters, digits and hyphens.");
        }

        if (!(options.MinScore is >= 0 and <= 1))
        {
            errors.Add($"{section}:MinScore is {options.MinScore}; it is from 0 to 1.");
        }

        if (options.Hostname is { } host && Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            errors.Add($"{section}:Hostname is '{host}'; it is a host name without scheme and port.");
        }
    }

    private static void ValidateSecret(CaptchaServiceOptions options, string section, IHostEnvironment? environment, List<string> errors)
    {
        if (options.SecretKeyFile is not { } file)
        {
            if (SiteSecret.Check(options.SecretKey) is null)
            {
                errors.Add($"{section}: set SecretKey or SecretKeyFile; a secret has visible ASCII characters only.");
            }

            return;
        }

        if (options.SecretKey is not null)
        {
            errors.Add($"{section}: set SecretKey or SecretKeyFile, not both.");
        }

        var found = new FileInfo(TemplateFile.PathOf(file, environment));
        if (!found.Exists)
        {
            errors.Add($"{section}:SecretKeyFile: there is no file '{found.FullName}'.");
        }
        else if (found.Length > SiteSecret.MaxFileLength)
        {
            errors.Add($"{section}:SecretKeyFile: '{found.FullName}' is larger than {SiteSecret.MaxFileLength / 1024} KiB.");
        }
    }

    private static void ValidateUrl(Uri? set, Uri? known, string key, string service, List<string> errors)
    {
        if ((set ?? known) is not { } url)
        {
            errors.Add($"{key} is empty; {service} has none of its own.");
        }
        else if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp) || url.UserInfo.Length > 0)
        {
            errors.Add($"{key} is no URL like https://example.org/ without user and password.");
        }
    }
}

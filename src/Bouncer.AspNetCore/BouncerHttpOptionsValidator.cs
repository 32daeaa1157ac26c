using System.Text.RegularExpressions;
using Bouncer.AspNetCore.AppSec;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Mfa;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Throttle;
using Bouncer.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore;

/// <summary>Validates the form of the settings and reports all errors at once, each with its configuration key.</summary>
internal sealed partial class BouncerHttpOptionsValidator(IHostEnvironment? environment = null) : IValidateOptions<BouncerHttpOptions>
{
    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        var errors = new SettingErrors(options, "Http");
        if (!PathPrefix().IsMatch(options.PathPrefix))
        {
            errors.Add("PathPrefix", $"is '{options.PathPrefix}'. It must begin with a slash and not end with one; its segments consist of letters, digits, '-', '_', '~' and '.', and none is '.' or '..'.");
        }

        if (options.Texts is { } folder)
        {
            ValidateTexts(TemplateFile.PathOf(folder, environment), errors);
        }

        SiteOptionsValidator.Validate(options.Site, errors.In("Site"));
        errors.In("Ban").Check("StatusCode", options.Ban.StatusCode);
        if (options.Ban.Template is { } template)
        {
            ValidateTemplate(TemplateFile.PathOf(template, environment), errors.In("Ban"));
        }

        ThrottleOptionsValidator.Validate(options.Throttle, errors.In("Throttle"));
        CaptchaOptionsValidator.Validate(options.Captcha, environment, errors.In("Captcha"));
        MfaOptionsValidator.Validate(options.Mfa, errors.In("Mfa"));
        AppSecOptionsValidator.Validate(options.AppSec, errors.In("AppSec"));
        foreach (var (policy, settings) in options.Policies)
        {
            if (string.IsNullOrWhiteSpace(policy))
            {
                errors.Add("Policies", "has a policy without a name.");
            }
            else if (policy != policy.Trim())
            {
                errors.Add("Policies", $"has a policy named '{policy}', which begins or ends with a blank: remove the blank.");
            }

            var ofPolicy = errors.In("Policies").In(policy);
            BouncerPolicyOptionsValidator.Validate(settings, ofPolicy);
            ThrottleOptionsValidator.Validate(settings.Throttle, ofPolicy.In("Throttle"));
            ofPolicy.In("Captcha").Check("Difficulty", settings.Captcha.Difficulty);
        }

        return errors.Result;
    }

    [GeneratedRegex(@"\A(/\.{0,2}[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\z", RegexOptions.NonBacktracking)]
    private static partial Regex PathPrefix();

    private static void ValidateTexts(string folder, SettingErrors errors)
    {
        try
        {
            PageTexts.Load(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            errors.Add("Texts", $"cannot be used: {error.Message}");
        }
    }

    private static void ValidateTemplate(string path, SettingErrors errors)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            errors.Add("Template", $"names '{path}', which does not exist.");
        }
        else if (file.Length > TemplateFile.LargestSize)
        {
            errors.Add("Template", $"names '{path}', which is larger than {TemplateFile.LargestSize / 1024} KiB.");
        }
    }
}

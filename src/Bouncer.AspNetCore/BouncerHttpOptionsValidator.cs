using System.Text.RegularExpressions;
using Bouncer.AspNetCore.Captcha;
using Bouncer.AspNetCore.Mfa;
using Bouncer.AspNetCore.Responses;
using Bouncer.AspNetCore.Throttle;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore;

/// <summary>Finds everything that is wrong with the form of the settings at once, each named by its configuration key.</summary>
internal sealed partial class BouncerHttpOptionsValidator(IHostEnvironment? environment = null) : IValidateOptions<BouncerHttpOptions>
{
    private static readonly int[] Statuses = [403, 404, 410, 429, 451];

    public ValidateOptionsResult Validate(string? name, BouncerHttpOptions options)
    {
        List<string> errors = [.. options.Malformed];
        if (!Statuses.Contains(options.Ban.StatusCode))
        {
            errors.Add($"Bouncer:Http:Ban:StatusCode is {options.Ban.StatusCode}; it is one of {string.Join(", ", Statuses)}.");
        }

        if (!PathPrefix().IsMatch(options.PathPrefix))
        {
            errors.Add($"Bouncer:Http:PathPrefix is '{options.PathPrefix}'; it begins with a slash, ends with none, and has letters, digits and . - _ ~ between.");
        }

        if (options.Texts is { } folder)
        {
            ValidateTexts(TemplateFile.PathOf(folder, environment), errors);
        }

        SiteOptionsValidator.Validate(options.Site, errors);
        if (options.Ban.Template is { } template)
        {
            ValidateTemplate(TemplateFile.PathOf(template, environment), errors);
        }

        RateValidator.Validate("Bouncer:Http:Throttle", options.Throttle.PermitLimit, options.Throttle.Window, options.Throttle.Burst, errors);
        CaptchaOptionsCheck.Run(options, environment, errors);
        MfaOptionsValidator.Validate(options.Mfa, errors);
        foreach (var (policy, settings) in options.Policies)
        {
            ValidatePolicy(policy, settings, errors);
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    [GeneratedRegex(@"\A(/[A-Za-z0-9._~-]+)+\z", RegexOptions.NonBacktracking)]
    private static partial Regex PathPrefix();

    private static void ValidateTexts(string folder, List<string> errors)
    {
        try
        {
            PageTexts.Load(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            errors.Add($"Bouncer:Http:Texts: {error.Message}");
        }
    }

    private static void ValidateTemplate(string path, List<string> errors)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            errors.Add($"Bouncer:Http:Ban:Template: there is no file '{path}'.");
        }
        else if (file.Length > TemplateFile.LargestSize)
        {
            errors.Add($"Bouncer:Http:Ban:Template: '{path}' is larger than {TemplateFile.LargestSize / 1024} KiB.");
        }
    }

    private static void ValidateRule(string key, BouncerPolicyRule rule, List<string> errors)
    {
        if (rule is { Type: null, Origin: null, Scenario: null })
        {
            errors.Add($"{key} says nothing of the decisions it is for: give it a Type, an Origin or a Scenario.");
        }

        if (string.IsNullOrWhiteSpace(rule.As))
        {
            errors.Add($"{key}:As is empty; write 'none' to do as if such decisions did not exist.");
        }
    }

    private static void ValidatePolicy(string policy, BouncerPolicyOptions settings, List<string> errors)
    {
        if (string.IsNullOrWhiteSpace(policy))
        {
            errors.Add("Bouncer:Http:Policies holds a policy without a name.");
        }

        for (var i = 0; i < settings.Rules.Count; i++)
        {
            ValidateRule($"Bouncer:Http:Policies:{policy}:Rules:{i}", settings.Rules[i], errors);
        }

        RateValidator.Validate(
            $"Bouncer:Http:Policies:{policy}:Throttle", settings.Throttle.PermitLimit, settings.Throttle.Window, settings.Throttle.Burst, errors);
        foreach (var (remediation, instead) in settings.Treat)
        {
            var key = $"Bouncer:Http:Policies:{policy}:Treat:{remediation}";
            if (new Remediation(remediation).IsNone)
            {
                errors.Add($"{key}: a client without a remediation cannot be treated otherwise.");
            }

            if (string.IsNullOrWhiteSpace(instead))
            {
                errors.Add($"{key} is empty; write 'none' to let such clients pass.");
            }
        }
    }
}

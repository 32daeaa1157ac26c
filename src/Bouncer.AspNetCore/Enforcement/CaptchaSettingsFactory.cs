using System.Collections.Frozen;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Settings;
using Microsoft.Extensions.Hosting;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Makes of the options what the captcha uses.</summary>
internal static class CaptchaSettingsFactory
{
    internal static CaptchaSettings Create(BouncerHttpOptions options, IHostEnvironment? environment)
    {
        var captcha = options.Captcha;
        var tasks = options.Policies.ToFrozenDictionary(
            static policy => policy.Key, policy => TaskOf(policy.Value.Captcha, captcha), StringComparer.OrdinalIgnoreCase);
        return new CaptchaSettings
        {
            PathPrefix = options.PathPrefix,
            ClearanceLifetime = captcha.ClearanceLifetime,
            Timeout = captcha.Timeout,
            FallbackToLocal = captcha.FallbackToLocal,
            Wait = captcha.WaitWithoutScript,
            Default = TaskOf(options.DefaultPolicy.Captcha, captcha),
            OfPolicies = tasks,
            Templates = new CaptchaTemplates(CaptchaTexts.Load(captcha.Texts is { } folder ? TemplateFile.PathOf(folder, environment) : null)),
        };
    }

    private static CaptchaTask TaskOf(PolicyCaptchaOptions policy, CaptchaOptions captcha) =>
        new(policy.Provider ?? captcha.Provider, policy.Difficulty ?? captcha.Difficulty);
}

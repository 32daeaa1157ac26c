using System.Collections.Frozen;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Remediations.Captcha.Waiting;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>Makes of the options what the captcha uses.</summary>
internal static class CaptchaSettingsFactory
{
    internal static CaptchaSettings Create(BouncerHttpOptions options, PageMaker pages)
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
            Page = CaptchaDocument.CreatePage(pages),
            WaitPage = WaitDocument.CreatePage(pages),
        };
    }

    private static CaptchaTask TaskOf(PolicyCaptchaOptions policy, CaptchaOptions captcha) =>
        new(policy.Provider ?? captcha.Provider, policy.Difficulty ?? captcha.Difficulty);
}

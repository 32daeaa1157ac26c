using Bouncer.AspNetCore.Requests;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore;

/// <summary>Fills the options from section <c>Http</c>.</summary>
internal sealed class BouncerHttpOptionsBinder(IConfiguration root) : IConfigureOptions<BouncerHttpOptions>
{
    public void Configure(BouncerHttpOptions options)
    {
        var section = new HttpSection(root, options).Section("Http");
        options.DryRun = section.Flag("DryRun") ?? options.DryRun;
        options.LogRefusals = section.Flag("LogRefusals") ?? options.LogRefusals;
        options.WhenUnavailable = section.Text("WhenUnavailable") ?? options.WhenUnavailable;
        options.WhenUnresolved = section.Text("WhenUnresolved") ?? options.WhenUnresolved;
        options.PathPrefix = section.Text("PathPrefix") ?? options.PathPrefix;
        options.Texts = section.Text("Texts") ?? options.Texts;
        Configure(options.Site, section.Section("Site"));
        Configure(options.Ban, section.Section("Ban"));
        Configure(options.Throttle, section.Section("Throttle"));
        Configure(options.Captcha, section.Section("Captcha"));
        Configure(options.Mfa, section.Section("Mfa"));
        foreach (var (name, policy) in section.Section("Policies").Children())
        {
            Configure(options.Policy(name), policy);
        }
    }

    private static void Configure(SiteOptions site, HttpSection section)
    {
        site.Name = section.Text("Name") ?? site.Name;
        site.ContactUrl = section.Text("ContactUrl") ?? site.ContactUrl;
        site.ContactEmail = section.Text("ContactEmail") ?? site.ContactEmail;
        site.PrivacyUrl = section.Text("PrivacyUrl") ?? site.PrivacyUrl;
    }

    private static void Configure(BanOptions ban, HttpSection section)
    {
        ban.StatusCode = section.Number("StatusCode") ?? ban.StatusCode;
        ban.Template = section.Text("Template") ?? ban.Template;
        ban.EndOpenConnections = section.Flag("EndOpenConnections") ?? ban.EndOpenConnections;
    }

    private static void Configure(ThrottleOptions throttle, HttpSection section)
    {
        throttle.PermitLimit = section.Number("PermitLimit") ?? throttle.PermitLimit;
        throttle.Window = section.Time("Window") ?? throttle.Window;
        throttle.Burst = section.Number("Burst") ?? throttle.Burst;
    }

    private static void Configure(PolicyThrottleOptions throttle, HttpSection section)
    {
        throttle.PermitLimit = section.Number("PermitLimit") ?? throttle.PermitLimit;
        throttle.Window = section.Time("Window") ?? throttle.Window;
        throttle.Burst = section.Number("Burst") ?? throttle.Burst;
    }

    private static void Configure(CaptchaOptions captcha, HttpSection section)
    {
        captcha.Provider = section.Text("Provider") ?? captcha.Provider;
        captcha.Difficulty = section.Number("Difficulty") ?? captcha.Difficulty;
        captcha.ClearanceLifetime = section.Time("ClearanceLifetime") ?? captcha.ClearanceLifetime;
        captcha.Timeout = section.Time("Timeout") ?? captcha.Timeout;
        captcha.FallbackToLocal = section.Flag("FallbackToLocal") ?? captcha.FallbackToLocal;
        captcha.WaitWithoutScript = section.Time("WaitWithoutScript") ?? captcha.WaitWithoutScript;
        foreach (var (name, service) in section.Section("Providers").Children())
        {
            Configure(captcha.Service(name), service);
        }
    }

    private static void Configure(CaptchaServiceOptions service, HttpSection section)
    {
        service.Service = section.Text("Service") ?? service.Service;
        service.SiteKey = section.Text("SiteKey") ?? service.SiteKey;
        service.SecretKey = section.Text("SecretKey") ?? service.SecretKey;
        service.SecretKeyFile = section.Text("SecretKeyFile") ?? service.SecretKeyFile;
        service.Endpoint = section.Url("Endpoint") ?? service.Endpoint;
        service.Script = section.Url("Script") ?? service.Script;
        service.WidgetEndpoint = section.Url("WidgetEndpoint") ?? service.WidgetEndpoint;
        service.Field = section.Text("Field") ?? service.Field;
        service.ElementName = section.Text("ElementName") ?? service.ElementName;
        service.ElementClass = section.Text("ElementClass") ?? service.ElementClass;
        service.SendAddress = section.Flag("SendAddress") ?? service.SendAddress;
        service.MinScore = section.Fraction("MinScore") ?? service.MinScore;
        service.Hostname = section.Text("Hostname") ?? service.Hostname;
    }

    private static void Configure(PolicyCaptchaOptions captcha, HttpSection section)
    {
        captcha.Provider = section.Text("Provider") ?? captcha.Provider;
        captcha.Difficulty = section.Number("Difficulty") ?? captcha.Difficulty;
    }

    private static void Configure(MfaOptions mfa, HttpSection section)
    {
        mfa.UserNameClaim = section.Text("UserNameClaim") ?? mfa.UserNameClaim;
        mfa.AuthenticateScheme = section.Text("AuthenticateScheme") ?? mfa.AuthenticateScheme;
        mfa.ChallengeScheme = section.Text("ChallengeScheme") ?? mfa.ChallengeScheme;
        mfa.Policy = section.Text("Policy") ?? mfa.Policy;
        mfa.AcrValues = section.List("AcrValues") ?? mfa.AcrValues;
        mfa.MaxAge = section.Time("MaxAge") ?? mfa.MaxAge;
        mfa.StepUpPath = section.Text("StepUpPath") ?? mfa.StepUpPath;
        mfa.OpenPaths = section.List("OpenPaths") ?? mfa.OpenPaths;
        mfa.AnonymousFallback = section.Choice<AnonymousFallback>("AnonymousFallback") ?? mfa.AnonymousFallback;
    }

    private static void Configure(BouncerPolicyOptions policy, HttpSection section)
    {
        policy.DryRun = section.Flag("DryRun") ?? policy.DryRun;
        policy.WhenUnavailable = section.Text("WhenUnavailable") ?? policy.WhenUnavailable;
        policy.WhenUnresolved = section.Text("WhenUnresolved") ?? policy.WhenUnresolved;
        Configure(policy.Throttle, section.Section("Throttle"));
        Configure(policy.Captcha, section.Section("Captcha"));
        var treat = section.Section("Treat");
        foreach (var remediation in treat.Keys())
        {
            policy.Treat[remediation] = treat.Text(remediation) ?? "";
        }

        policy.Cap = section.Text("Cap") ?? policy.Cap;
        foreach (var rule in section.Items("Rules"))
        {
            policy.Rules.Add(new BouncerPolicyRule
            {
                Type = rule.Text("Type"),
                Origin = rule.Text("Origin"),
                Scenario = rule.Text("Scenario"),
                As = rule.Text("As") ?? "",
            });
        }
    }
}

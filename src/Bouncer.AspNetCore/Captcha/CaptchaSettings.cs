using System.Collections.Frozen;
using Bouncer.AspNetCore.Captcha.Waiting;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>One valid state of the captcha's settings. Immutable.</summary>
internal sealed record CaptchaSettings
{
    internal required string PathPrefix { get; init; }

    internal required TimeSpan ClearanceLifetime { get; init; }

    internal required TimeSpan Timeout { get; init; }

    /// <summary>All providers, by name.</summary>
    internal required FrozenDictionary<string, NamedProvider> Providers { get; init; }

    internal required bool FallbackToLocal { get; init; }

    /// <summary>How long a client without JavaScript waits; null if waiting is not offered.</summary>
    internal required TimeSpan? Wait { get; init; }

    internal required CaptchaRequirement Default { get; init; }

    internal required FrozenDictionary<string, CaptchaRequirement> OfPolicies { get; init; }

    internal required Page Page { get; init; }

    /// <summary>The page on which a client waits.</summary>
    internal required Page WaitPage { get; init; }

    internal static CaptchaSettings Create(SettingsSource source, CaptchaProviders makers)
    {
        var (options, captcha) = (source.Options, source.Options.Captcha);
        var providers = makers.Create(source);
        return new CaptchaSettings
        {
            PathPrefix = options.PathPrefix,
            ClearanceLifetime = captcha.ClearanceLifetime,
            Timeout = captcha.Timeout,
            Providers = providers,
            FallbackToLocal = captcha.FallbackToLocal,
            Wait = captcha.WaitWithoutScript,
            Default = TaskOf(options.DefaultPolicy.Captcha, captcha, providers),
            OfPolicies = Before(source, providers)
                .Concat(options.Policies.Select(policy => KeyValuePair.Create(policy.Key, TaskOf(policy.Value.Captcha, captcha, providers))))
                .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
            Page = CaptchaDocument.CreatePage(source.Pages),
            WaitPage = WaitDocument.CreatePage(source.Pages),
        };
    }

    internal CaptchaRequirement Of(string? policy) => policy is null ? Default : OfPolicies.GetValueOrDefault(policy, Default);

    /// <summary>The provider that stands in for another; null if none does.</summary>
    internal NamedProvider? StandInFor(NamedProvider provider) =>
        FallbackToLocal && Providers[CaptchaProviders.LocalName] is var local && local != provider ? local : null;

    /// <summary>The previous requirements: a policy that was removed stays in effect for endpoints that name it, and keeps its
    /// requirement. If its provider was removed as well, the other policies' provider is used.</summary>
    private static IEnumerable<KeyValuePair<string, CaptchaRequirement>> Before(SettingsSource source, FrozenDictionary<string, NamedProvider> providers) =>
        (source.Previous?.Of<CaptchaSettings>().OfPolicies ?? FrozenDictionary<string, CaptchaRequirement>.Empty)
        .Where(static policy => !BouncerHttpOptions.DefaultPolicyName.Equals(policy.Key, StringComparison.OrdinalIgnoreCase))
        .Select(policy => KeyValuePair.Create(policy.Key, new CaptchaRequirement(
            providers.GetValueOrDefault(policy.Value.Provider.Name) ?? providers[source.Options.Captcha.Provider], policy.Value.Difficulty)));

    private static CaptchaRequirement TaskOf(PolicyCaptchaOptions policy, CaptchaOptions captcha, FrozenDictionary<string, NamedProvider> providers) =>
        new(providers[policy.Provider ?? captcha.Provider], policy.Difficulty ?? captcha.Difficulty);
}

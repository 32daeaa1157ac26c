using System.Collections.Frozen;
using Bouncer.AspNetCore.Policies;
using Bouncer.AspNetCore.Remediations.Ban;
using Bouncer.AspNetCore.Remediations.Captcha;
using Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;
using Bouncer.AspNetCore.Remediations.Mfa;
using Bouncer.AspNetCore.Remediations.Throttle;
using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Enforcement;

/// <summary>One valid state of the settings, as requests use it. Immutable; a change swaps the whole.</summary>
internal sealed record HttpSettings(
    PolicyTable Policies,
    BanSettings Ban,
    ThrottleTable Throttle,
    ThrottleRefusals ThrottleRefusals,
    RefusalPage UnresolvedPage,
    CaptchaSettings Captcha,
    SiteVerifySettings SiteVerify,
    BouncerHttpOptions Hooks)
{
    /// <summary>Whether a ban ends what its client has open.</summary>
    internal bool EndsOpenConnections { get; } = Hooks.Ban.EndOpenConnections;

    internal MfaSettings Mfa { get; } = new()
    {
        UserNameClaim = Hooks.Mfa.UserNameClaim,
        AuthenticateScheme = Hooks.Mfa.AuthenticateScheme,
        ChallengeScheme = Hooks.Mfa.ChallengeScheme,
        Policy = Hooks.Mfa.Policy,
        AcrValues = (Hooks.Mfa.AcrValues ?? []).ToFrozenSet(StringComparer.Ordinal),
        MaxAge = Hooks.Mfa.MaxAge,
        StepUpPath = Hooks.Mfa.StepUpPath,
        OpenPaths = [.. (Hooks.Mfa.OpenPaths ?? []).Select(path => PathString.FromUriComponent(path))],
        AnonymousFallback = Hooks.Mfa.AnonymousFallback,
        PathPrefix = Hooks.PathPrefix,
    };
}

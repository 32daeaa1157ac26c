using System.Collections.Frozen;
using Bouncer.AspNetCore.Responses;

namespace Bouncer.AspNetCore.Remediations.Captcha;

/// <summary>One valid state of the captcha's settings. Immutable.</summary>
internal sealed record CaptchaSettings
{
    internal required string PathPrefix { get; init; }

    internal required TimeSpan ClearanceLifetime { get; init; }

    internal required TimeSpan Timeout { get; init; }

    internal required bool FallbackToLocal { get; init; }

    /// <summary>How long a client without JavaScript waits; null if that gains nothing.</summary>
    internal required TimeSpan? Wait { get; init; }

    internal required CaptchaTask Default { get; init; }

    internal required FrozenDictionary<string, CaptchaTask> OfPolicies { get; init; }

    internal required Page Page { get; init; }

    /// <summary>The page on which a client waits.</summary>
    internal required Page WaitPage { get; init; }

    internal CaptchaTask Of(string? policy) => policy is null ? Default : OfPolicies.GetValueOrDefault(policy, Default);
}

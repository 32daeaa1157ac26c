namespace Bouncer;

/// <summary>The names this SDK gives a meaning of its own, and the other spellings in use for them.</summary>
internal static class RemediationNames
{
    internal const string None = "none";
    internal const string Ban = "ban";
    internal const string Mfa = "mfa";
    internal const string Captcha = "captcha";
    internal const string Throttle = "throttle";

    /// <summary>What a decision with an empty type has; nothing defines it.</summary>
    internal const string Unknown = "unknown";

    /// <summary>The one spelling of a name, or null for "none", what means the same, and an empty text.</summary>
    internal static string? Canonical(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        return name.Trim().ToLowerInvariant() switch
        {
            None or "allow" or "allowlist" or "whitelist" or "bypass" or "pass" or "accept" => null,
            Ban => Ban,
            Captcha => Captcha,
            Throttle or "ratelimit" or "rate-limit" or "limit" => Throttle,
            Mfa or "enforce_mfa" or "2fa" => Mfa,
            var other => other,
        };
    }
}

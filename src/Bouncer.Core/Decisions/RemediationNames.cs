namespace Bouncer;

/// <summary>The remediation names that this SDK defines, and other spellings of them.</summary>
internal static class RemediationNames
{
    internal const string None = "none";
    internal const string Ban = "ban";
    internal const string Mfa = "mfa";
    internal const string Captcha = "captcha";
    internal const string Throttle = "throttle";

    /// <summary>The remediation of a decision with an empty type. It is never defined, so the fallback applies.</summary>
    internal const string Unknown = "unknown";

    /// <summary>Returns the canonical spelling of a name; null for <c>none</c>, its synonyms and an empty text.</summary>
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

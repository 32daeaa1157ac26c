using System.Collections.Immutable;

namespace Bouncer.AspNetCore.Captcha;

/// <summary>Which providers there are, for those who check settings: providers are made of settings, so the first ones are
/// checked when all is made, and changed ones before they take effect.</summary>
internal sealed class CaptchaProviderNames
{
    internal ImmutableArray<string> Known { get; set; }

    /// <summary>What is wrong with a name; null if nothing is, or nobody knows yet.</summary>
    /// <param name="key">The setting that names it.</param>
    /// <param name="name">The provider's name; null if the setting is absent.</param>
    internal string? Check(string key, string? name) =>
        name is null || Known.IsDefault || Known.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"{key} names the captcha provider '{name}', which there is not: there are {string.Join(", ", Known.Order(StringComparer.Ordinal))}.";
}

namespace Bouncer.AspNetCore.Captcha;

/// <summary>The captcha that a policy requires of a client.</summary>
/// <param name="Provider">The provider of the captcha.</param>
/// <param name="Difficulty">The difficulty of the local captcha.</param>
internal sealed record CaptchaRequirement(NamedProvider Provider, int Difficulty)
{
    /// <summary>The name that a clearance stores, so that another policy's easier captcha does not satisfy this one.</summary>
    internal string Name { get; } = $"{Provider.Name.ToLowerInvariant()}/{Difficulty}";
}

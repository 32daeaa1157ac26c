namespace Bouncer.AspNetCore.Captcha;

/// <summary>What a policy asks of a client.</summary>
/// <param name="Provider">Who sets the captcha.</param>
/// <param name="Difficulty">How hard the local captcha is.</param>
internal sealed record CaptchaRequirement(NamedProvider Provider, int Difficulty)
{
    /// <summary>What a clearance remembers, so that an easier captcha of another policy is no way past this one.</summary>
    internal string Name { get; } = $"{Provider.Name.ToLowerInvariant()}/{Difficulty}";
}

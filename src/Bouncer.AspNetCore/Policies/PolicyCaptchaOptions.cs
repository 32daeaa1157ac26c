using System.ComponentModel.DataAnnotations;

namespace Bouncer.AspNetCore;

/// <summary>The captcha of one policy; section <c>Bouncer:Http:Policies:{name}:Captcha</c>.</summary>
public sealed class PolicyCaptchaOptions
{
    /// <summary>The name of the provider.</summary>
    /// <value>When null: <see cref="CaptchaOptions.Provider"/>.</value>
    public string? Provider { get; set; }

    /// <summary>How hard the local captcha is, 1 to 10.</summary>
    /// <value>When null: <see cref="CaptchaOptions.Difficulty"/>.</value>
    [Range(1, 10)]
    public int? Difficulty { get; set; }
}

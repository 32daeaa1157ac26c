using System.ComponentModel.DataAnnotations;

namespace Bouncer.AspNetCore;

/// <summary>The captcha of one policy; section <c>Bouncer:Http:Policies:{name}:Captcha</c>.</summary>
public sealed class PolicyCaptchaOptions
{
    /// <summary>The name of the provider.</summary>
    /// <value>When null: <see cref="CaptchaOptions.Provider"/>.</value>
    public string? Provider { get; set; }

    /// <summary>The difficulty of the local captcha.</summary>
    /// <value>When null: <see cref="CaptchaOptions.Difficulty"/>. From 1 to 10.</value>
    [Range(1, 10)]
    public int? Difficulty { get; set; }
}

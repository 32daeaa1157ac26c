using System.ComponentModel.DataAnnotations;

namespace Bouncer.AspNetCore;

/// <summary>How a captcha service is asked; section <c>Bouncer:Http:Captcha:Providers:{name}</c>. The name is the provider's.</summary>
public sealed class CaptchaServiceOptions
{
    /// <summary>Which service it is: <c>turnstile</c>, <c>hcaptcha</c>, <c>recaptcha</c>, <c>recaptcha-v3</c>, <c>friendlycaptcha</c>,
    /// or <c>siteverify</c> for any other that answers as reCAPTCHA does. Compared without case.</summary>
    /// <value>When null: the one that the section is named after.</value>
    public string? Service { get; set; }

    /// <summary>The public key of the site, as the service gave it.</summary>
    public string SiteKey { get; set; } = "";

    /// <summary>The secret that belongs to <see cref="SiteKey"/>; for Friendly Captcha the API key.</summary>
    /// <value>When null: that of <see cref="SecretKeyFile"/>.</value>
    public string? SecretKey { get; set; }

    /// <summary>A file whose first line is the secret, relative to the content root; read at each use, so it can be renewed.</summary>
    /// <value>When null: <see cref="SecretKey"/> is used. At most 4 KiB.</value>
    public string? SecretKeyFile { get; set; }

    /// <summary>Where solutions are checked.</summary>
    /// <value>When null: the service's own; <c>siteverify</c> has none.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The script that shows the captcha; the page allows its origin.</summary>
    /// <value>When null: the service's own; <c>siteverify</c> and <c>friendlycaptcha</c> have none.</value>
    public Uri? Script { get; set; }

    /// <summary>Where the widget in the visitor's browser finds its service; the page allows its origin. For Cap it ends with the
    /// site key and a slash.</summary>
    /// <value>When null: for <c>siteverify</c> the folder of <see cref="Endpoint"/>, else the service's own.</value>
    public Uri? WidgetEndpoint { get; set; }

    /// <summary>The form field in which the widget puts its token.</summary>
    /// <value>When null: the service's own.</value>
    public string? Field { get; set; }

    /// <summary>The name of the element that the script looks for.</summary>
    /// <value>When null: the service's own: <c>cap-widget</c> for <c>siteverify</c>, else <c>div</c>. A lower-case letter, then
    /// such letters, digits and hyphens.</value>
    public string? ElementName { get; set; }

    /// <summary>The class of that element.</summary>
    /// <value>When null: the service's own.</value>
    public string? ElementClass { get; set; }

    /// <summary>Whether the service is told the visitor's address. It learns of it anyway from the visitor's browser, which
    /// loads the widget; this adds the site's word for it.</summary>
    /// <value>The default is false.</value>
    public bool SendAddress { get; set; }

    /// <summary>The least score that passes, where the service gives one: reCAPTCHA v3.</summary>
    /// <value>The default is 0.5; from 0 (anybody) to 1.</value>
    [Range(0d, 1d)]
    public double MinScore { get; set; } = 0.5;

    /// <summary>The host name for which the captcha must have been solved, if the service tells.</summary>
    /// <value>When null: the request's.</value>
    public string? Hostname { get; set; }
}

using System.ComponentModel.DataAnnotations;

namespace Bouncer.AspNetCore;

/// <summary>The settings of a captcha service; section <c>Bouncer:Http:Captcha:Providers:{name}</c>, with the name of the
/// provider.</summary>
public sealed class CaptchaServiceOptions
{
    /// <summary>The service: <c>turnstile</c>, <c>hcaptcha</c>, <c>recaptcha</c>, <c>recaptcha-v3</c>, <c>friendlycaptcha</c>, or
    /// <c>siteverify</c> for any other with the same API as reCAPTCHA. Case-insensitive.</summary>
    /// <value>When null: the service with the section's name.</value>
    public string? Service { get; set; }

    /// <summary>The site key, which is public, from the service.</summary>
    public string SiteKey { get; set; } = "";

    /// <summary>The secret key that belongs to <see cref="SiteKey"/>; for Friendly Captcha, the API key.</summary>
    /// <value>When null: the one in <see cref="SecretKeyFile"/>.</value>
    public string? SecretKey { get; set; }

    /// <summary>A file whose first line is the secret key, relative to the content root. It is read at each use, so the key can be
    /// renewed.</summary>
    /// <value>When null: <see cref="SecretKey"/> is used. At most 4 KiB.</value>
    public string? SecretKeyFile { get; set; }

    /// <summary>The URL that checks solutions.</summary>
    /// <value>When null: that of the service. Required for <c>siteverify</c>.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>The URL of the script that shows the captcha; the page's Content-Security-Policy allows its origin.</summary>
    /// <value>When null: that of the service. Required for <c>siteverify</c> and <c>friendlycaptcha</c>.</value>
    public Uri? Script { get; set; }

    /// <summary>The URL that the widget in the visitor's browser calls; the page's Content-Security-Policy allows its origin. For
    /// Cap it ends with the site key and a slash.</summary>
    /// <value>When null: the folder of <see cref="Endpoint"/> for <c>siteverify</c>, otherwise that of the service.</value>
    public Uri? WidgetEndpoint { get; set; }

    /// <summary>The form field that receives the widget's token.</summary>
    /// <value>When null: that of the service.</value>
    public string? Field { get; set; }

    /// <summary>The name of the element that the script looks for.</summary>
    /// <value>When null: <c>cap-widget</c> for <c>siteverify</c>, otherwise <c>div</c>. A lower-case letter, followed by lower-case
    /// letters, digits and hyphens.</value>
    public string? ElementName { get; set; }

    /// <summary>The class of that element.</summary>
    /// <value>When null: that of the service.</value>
    public string? ElementClass { get; set; }

    /// <summary>Whether the visitor's address is sent to the service. The service sees the address of the visitor's browser, which
    /// loads the widget, in any case; this adds the address that the site sees.</summary>
    /// <value>The default is false.</value>
    public bool SendAddress { get; set; }

    /// <summary>The lowest score that passes, for services that return one (reCAPTCHA v3).</summary>
    /// <value>The default is 0.5; from 0 (every client passes) to 1.</value>
    [Range(0d, 1d)]
    public double MinScore { get; set; } = 0.5;

    /// <summary>The host name for which the captcha must have been solved, if the service reports it.</summary>
    /// <value>When null: that of the request.</value>
    public string? Hostname { get; set; }
}

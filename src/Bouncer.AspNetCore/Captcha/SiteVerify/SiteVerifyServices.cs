namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>The captcha services with built-in names.</summary>
internal static class SiteVerifyServices
{
    private static readonly string[] GoogleOrigins =
        ["https://www.google.com/recaptcha/", "https://www.gstatic.com/recaptcha/", "https://recaptcha.google.com/recaptcha/"];

    private static readonly Uri GoogleEndpoint = new("https://www.google.com/recaptcha/api/siteverify");
    private static readonly Uri GoogleScript = new("https://www.google.com/recaptcha/api.js");

    /// <summary>Any service that answers as reCAPTCHA does, for example Cap.</summary>
    internal static SiteVerifyService Generic { get; } = new()
    {
        Name = "siteverify",
        Field = "cap-token",
        IsModule = true,
        ElementName = "cap-widget",
        AddressAttribute = "data-cap-api-endpoint",
    };

    internal static SiteVerifyService Turnstile { get; } = new()
    {
        Name = "turnstile",
        Endpoint = new Uri("https://challenges.cloudflare.com/turnstile/v0/siteverify"),
        Field = "cf-turnstile-response",
        Script = new Uri("https://challenges.cloudflare.com/turnstile/v0/api.js"),
        ElementClass = "cf-turnstile",
        Origins = ["https://challenges.cloudflare.com"],
        TellsHostAndTime = true,
        TellsAction = true,
    };

    internal static SiteVerifyService HCaptcha { get; } = new()
    {
        Name = "hcaptcha",
        Endpoint = new Uri("https://api.hcaptcha.com/siteverify"),
        Field = "h-captcha-response",
        Script = new Uri("https://js.hcaptcha.com/1/api.js"),
        ElementClass = "h-captcha",
        Origins = ["https://hcaptcha.com", "https://*.hcaptcha.com"],
        TakesSiteKey = true,
        TellsHostAndTime = true,
    };

    internal static SiteVerifyService ReCaptcha { get; } = new()
    {
        Name = "recaptcha",
        Endpoint = GoogleEndpoint,
        Field = "g-recaptcha-response",
        Script = GoogleScript,
        ElementClass = "g-recaptcha",
        Origins = GoogleOrigins,
        TellsHostAndTime = true,
    };

    internal static SiteVerifyService ReCaptchaV3 { get; } = ReCaptcha with
    {
        Name = "recaptcha-v3",
        IsInvisible = true,
        TellsAction = true,
        TellsScore = true,
    };

    internal static SiteVerifyService FriendlyCaptcha { get; } = new()
    {
        Name = "friendlycaptcha",
        Endpoint = new Uri("https://global.frcapi.com/api/v2/captcha/siteverify"),
        Field = "frc-captcha-response",
        IsModule = true,
        ElementClass = "frc-captcha",
        AddressAttribute = "data-api-endpoint",
        Attributes = new Dictionary<string, string> { ["data-start"] = "auto" },
        Origins = ["https://*.frcapi.com"],
        TakesApiKey = true,
        TakesSiteKey = true,
        TakesAddress = false,
        TellsHostAndTime = true,
    };

    internal static IReadOnlyList<SiteVerifyService> All { get; } = [Turnstile, HCaptcha, ReCaptcha, ReCaptchaV3, FriendlyCaptcha, Generic];

    /// <summary>Finds a service by name, ignoring case; null if there is none.</summary>
    internal static SiteVerifyService? Find(string name) => All.FirstOrDefault(service => service.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}

using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>One valid state of a service's settings. Immutable. Its members are internal, so that its text does not show the
/// secret.</summary>
internal sealed record SiteVerifySettings
{
    internal required SiteVerifyService Service { get; init; }

    internal string SiteKey { get; init; } = "";

    internal string? SecretKey { get; init; }

    internal string? SecretKeyFile { get; init; }

    internal Uri? Endpoint { get; init; }

    internal Uri? Script { get; init; }

    internal Uri? WidgetEndpoint { get; init; }

    internal string? Field { get; init; }

    internal string? ElementName { get; init; }

    internal string? ElementClass { get; init; }

    internal bool SendAddress { get; init; }

    /// <summary>Whether a question contains the visitor's address.</summary>
    internal bool HasAddress => SendAddress && Service.TakesAddress;

    /// <summary>The address of the call that checks solutions.</summary>
    internal Uri CheckedAt => (Endpoint ?? Service.Endpoint)!;

    internal double MinScore { get; init; }

    internal string? Hostname { get; init; }

    internal static SiteVerifySettings Create(string name, CaptchaServiceOptions options, SettingsSource source) => new()
    {
        Service = SiteVerifyServices.Find(options.Service ?? name)!,
        SiteKey = options.SiteKey,
        SecretKey = options.SecretKey,
        SecretKeyFile = source.PathOf(options.SecretKeyFile),
        Endpoint = options.Endpoint,
        Script = options.Script,
        WidgetEndpoint = options.WidgetEndpoint,
        Field = options.Field,
        ElementName = options.ElementName,
        ElementClass = options.ElementClass,
        SendAddress = options.SendAddress,
        MinScore = options.MinScore,
        Hostname = options.Hostname,
    };
}

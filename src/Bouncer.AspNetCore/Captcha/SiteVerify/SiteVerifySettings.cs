using Bouncer.AspNetCore.Requests;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>One valid state of the settings. Immutable; a class and no record, whose text would show the secret.</summary>
internal sealed class SiteVerifySettings
{
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

    internal double MinScore { get; init; }

    internal string? Hostname { get; init; }

    internal static SiteVerifySettings Create(SettingsSource source)
    {
        var options = source.Options.Captcha.SiteVerify;
        return new()
        {
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
}

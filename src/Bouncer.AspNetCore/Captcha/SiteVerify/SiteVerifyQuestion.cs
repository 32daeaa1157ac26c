using System.Text.Json.Serialization;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>The question whether a token is valid. Null members are not sent. Immutable; a class and not a record, whose text
/// would show the secret.</summary>
internal sealed class SiteVerifyQuestion
{
    [JsonPropertyName("secret")]
    public string? Secret { get; init; }

    [JsonPropertyName("response")]
    public required string Response { get; init; }

    [JsonPropertyName("sitekey")]
    public string? SiteKey { get; init; }

    [JsonPropertyName("remoteip")]
    public string? RemoteIp { get; init; }

    internal static SiteVerifyQuestion Create(SiteVerifySettings settings, string secret, string token, CaptchaContext context)
    {
        var service = settings.Service;
        var address = settings.HasAddress ? context.ClientAddress : null;
        return new SiteVerifyQuestion
        {
            Secret = service.TakesApiKey ? null : secret,
            Response = token,
            SiteKey = service.TakesSiteKey ? settings.SiteKey : null,
            RemoteIp = (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString(),
        };
    }
}

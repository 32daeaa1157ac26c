using System.Net.Http.Headers;
using System.Text.Json;

namespace Bouncer.AspNetCore.Captcha.SiteVerify;

/// <summary>One question: is this token good?</summary>
internal static class SiteVerifyRequest
{
    internal static HttpRequestMessage Create(SiteVerifySettings settings, string secret, string token, CaptchaContext context)
    {
        var service = settings.Service;
        var request = new HttpRequestMessage(HttpMethod.Post, settings.Endpoint ?? service.Endpoint);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var members = Members(settings, token, context);
        if (service.TakesApiKey)
        {
            request.Headers.Add("X-API-Key", secret);
            request.Content = Json(members);
        }
        else
        {
            request.Content = new FormUrlEncodedContent([new("secret", secret), .. members]);
        }

        return request;
    }

    private static List<KeyValuePair<string, string>> Members(SiteVerifySettings settings, string token, CaptchaContext context)
    {
        List<KeyValuePair<string, string>> members = [new("response", token)];
        if (settings.Service.TakesSiteKey)
        {
            members.Add(new("sitekey", settings.SiteKey));
        }

        if (settings.SendAddress && settings.Service.TakesAddress && context.ClientAddress is { } address)
        {
            members.Add(new("remoteip", (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()));
        }

        return members;
    }

    private static ByteArrayContent Json(List<KeyValuePair<string, string>> members)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        return new ByteArrayContent(buffer.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}

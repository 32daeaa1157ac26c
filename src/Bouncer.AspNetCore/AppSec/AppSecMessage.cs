using System.Collections.Frozen;
using System.Net;
using System.Net.Http.Headers;
using Bouncer.AspNetCore.Responses;
using Bouncer.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.AppSec;

/// <summary>Describes a visitor's request to AppSec (docs.crowdsec.net/docs/appsec/protocol): the original headers, and headers for
/// the rest. What a client writes decides neither who it is nor whether AppSec can read the description.</summary>
internal static class AppSecMessage
{
    private const string Prefix = "X-Crowdsec-Appsec-";

    /// <summary>The headers of the connection and of the body's framing, which are not the same on the way to AppSec.</summary>
    private static readonly FrozenSet<string> OwnHeaders = FrozenSet.ToFrozenSet(
        [
            "Connection", "Content-Length", "Expect", "Host", "HTTP2-Settings", "Keep-Alive", "Proxy-Connection", "TE", "Trailer",
            "Transfer-Encoding", "Upgrade", "User-Agent",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <param name="http">The request.</param>
    /// <param name="appSec">How AppSec is reached.</param>
    /// <param name="client">The client's address; null if it has none.</param>
    /// <param name="key">The key.</param>
    /// <param name="body">The body to send; null for none.</param>
    internal static HttpRequestMessage Create(HttpContext http, ConnectionSettings appSec, IPAddress? client, string key, HttpContent? body)
    {
        var request = http.Request;
        var message = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, appSec.Url) { Content = body };
        message.Options.Set(ConnectionSettings.Option, appSec);
        foreach (var (name, values) in request.Headers)
        {
            if (!OwnHeaders.Contains(name) && !name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                Add(message, name, values);
            }
        }

        var headers = message.Headers;
        Set(headers, "Ip", client is null ? "0.0.0.0" : AddressText(client));
        Set(headers, "Uri", AppSecTarget.Of(TargetOf(http)));
        Set(headers, "Host", Readable(request.Host.Value ?? ""));
        Set(headers, "Verb", request.Method);
        Set(headers, "Api-Key", key);
        Set(headers, "Http-Version", VersionOf(request.Protocol));
        Set(headers, "Transaction-Id", Reference.Of(http));
        if (request.Headers.UserAgent is { Count: > 0 } agent)
        {
            Set(headers, "User-Agent", Readable(agent.ToString()));
        }

        return message;
    }

    private static void Set(HttpRequestHeaders headers, string name, string value) => headers.TryAddWithoutValidation(Prefix + name, value);

    private static void Add(HttpRequestMessage message, string name, StringValues values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            var value = Readable(values[i] ?? "");
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                // A header of the content, which may come without one.
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>A value without control characters, because of which AppSec's server would reject the whole call.</summary>
    private static string Readable(string value) => value.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 && !value.Contains('\u007f')
        ? value
        : string.Create(value.Length, value, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = char.IsAscii(source[i]) && char.IsControl(source[i]) ? ' ' : source[i];
            }
        });

    private static string TargetOf(HttpContext http) =>
        http.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } target ? target
            : http.Request.PathBase.Add(http.Request.Path).ToUriComponent() + http.Request.QueryString.ToUriComponent();

    private static string AddressText(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.ToString().Split('%')[0];
    }

    private static string VersionOf(string protocol) =>
        HttpProtocol.IsHttp11(protocol) ? "11" : HttpProtocol.IsHttp2(protocol) ? "20" : HttpProtocol.IsHttp3(protocol) ? "30" : "10";
}

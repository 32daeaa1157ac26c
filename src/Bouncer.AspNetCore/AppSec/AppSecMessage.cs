using System.Buffers;
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
/// the rest. What a client writes decides neither who it is nor whether AppSec can read the description, and every value that reaches
/// the application reaches AppSec.</summary>
internal static class AppSecMessage
{
    private const string Prefix = "X-Crowdsec-Appsec-";

    /// <summary>Before the name of a header that AppSec cannot get under its own.</summary>
    private const string OtherPrefix = "X-Original-";

    /// <summary>The characters of a header's name. Kestrel takes others too.</summary>
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    /// <summary>The headers that the description has anyway.</summary>
    private static readonly FrozenSet<string> Described = FrozenSet.ToFrozenSet(["Content-Length", "Host", "User-Agent"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The headers that would say something about the connection to AppSec, or that AppSec takes for the description.</summary>
    private static readonly FrozenDictionary<string, string> OtherNames = new[]
        {
            "Connection", "Expect", "HTTP2-Settings", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
            Prefix + "Ip", Prefix + "Uri", Prefix + "Host", Prefix + "Verb", Prefix + "Api-Key", Prefix + "Http-Version",
            Prefix + "Transaction-Id", Prefix + "User-Agent",
        }
        .ToFrozenDictionary(static name => name, static name => OtherPrefix + name, StringComparer.OrdinalIgnoreCase);

    /// <param name="http">The request.</param>
    /// <param name="appSec">How AppSec is reached.</param>
    /// <param name="client">The client's address; null if it has none.</param>
    /// <param name="key">The key; null for none.</param>
    /// <param name="body">The body to send; null for none.</param>
    internal static HttpRequestMessage Create(HttpContext http, ConnectionSettings appSec, IPAddress? client, string? key, HttpContent? body)
    {
        var request = http.Request;
        var message = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, appSec.Url) { Content = body };
        message.Options.Set(ConnectionSettings.Option, appSec);
        foreach (var (name, values) in request.Headers)
        {
            if (!Described.Contains(name))
            {
                Add(message, NameFor(name), values);
            }
        }

        if (http.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } fields)
        {
            foreach (var (name, values) in fields.Trailers)
            {
                // Under its own name a field could change how AppSec reads the body that it follows.
                Add(message, OtherNameFor(name), values);
            }
        }

        var headers = message.Headers;
        Set(headers, "Ip", client is null ? "0.0.0.0" : AddressText(client));
        Set(headers, "Uri", AppSecTarget.Of(TargetOf(http)));
        Set(headers, "Host", Readable(request.Host.Value ?? ""));
        Set(headers, "Verb", request.Method);
        if (key is not null)
        {
            Set(headers, "Api-Key", key);
        }

        Set(headers, "Http-Version", VersionOf(request.Protocol));
        Set(headers, "Transaction-Id", Reference.Of(http));
        if (request.Headers.UserAgent is { Count: > 0 } agent)
        {
            Set(headers, "User-Agent", Readable(agent.ToString()));
        }

        return message;
    }

    private static void Set(HttpRequestHeaders headers, string name, string value) => headers.TryAddWithoutValidation(Prefix + name, value);

    private static string NameFor(string name) => OtherNames.TryGetValue(name, out var other) ? other
        : name.AsSpan().ContainsAnyExcept(NameCharacters) ? OtherNameFor(name)
        : name;

    private static string OtherNameFor(string name) => OtherPrefix + string.Create(name.Length, name, static (text, source) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = NameCharacters.Contains(source[i]) ? source[i] : '-';
        }
    });

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

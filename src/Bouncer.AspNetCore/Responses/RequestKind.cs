using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Detects requests whose clients can read neither a page nor a document.</summary>
internal static class RequestKind
{
    internal const string EventStream = "text/event-stream";
    private const string Grpc = "application/grpc";
    private const string GrpcWeb = "application/grpc-web";
    private const string GrpcWebText = "application/grpc-web-text";

    /// <summary>The content type with which to answer a gRPC call; null if it is not one.</summary>
    internal static string? GrpcContentType(HttpRequest request) => request.ContentType is not { } type ? null
        : Is(type, GrpcWebText) ? GrpcWebText
        : Is(type, GrpcWeb) ? GrpcWeb
        : Is(type, Grpc) ? Grpc
        : null;

    /// <summary>Whether this opens a WebSocket (HTTP/1.1) or another tunnel (extended CONNECT of HTTP/2 and HTTP/3).</summary>
    internal static bool IsHandshake(HttpContext context) =>
        string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    /// <summary>Whether the response will be a stream, as far as the request tells.</summary>
    internal static bool OpensStream(HttpContext context) =>
        IsHandshake(context)
        || GrpcContentType(context.Request) is not null
        || context.Request.Headers.Accept.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether this is a CORS preflight, which never has a cookie or a body. Headers without a value do not make one,
    /// and a browser's preflight has none of the headers by which some servers read it as another request.</summary>
    internal static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin is [{ Length: > 0 }]
        && request.Headers.AccessControlRequestMethod is [{ Length: > 0 }]
        && request.Headers.Upgrade.Count == 0
        && request.Headers.ContentType.Count == 0
        && !OverrideHeaders.OfMethodAreIn(request.Headers)
        && !HasBody(request);

    private static bool HasBody(HttpRequest request) =>
        request.ContentLength > 0
        || request.Headers.TransferEncoding.Count > 0
        || (request.ContentLength is null && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true });

    /// <summary>Whether a page may be shown: a user navigates in a browser's window, and it is not fetched as a part of another
    /// page or in advance. Old browsers do not say. A service worker that forwards a navigation keeps its mode, which no script
    /// can set, but not its destination.</summary>
    internal static bool IsNavigation(HttpRequest request)
    {
        var headers = request.Headers;
        var (mode, destination) = (headers["Sec-Fetch-Mode"], headers["Sec-Fetch-Dest"]);
        return (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsPost(request.Method))
            && !IsInAdvance(headers)
            && (mode.Count == 0 ? !IsOf(headers.XRequestedWith, "XMLHttpRequest") : mode == "navigate")
            && (destination.Count == 0 || destination == "document" || (mode == "navigate" && destination == "empty"));
    }

    /// <summary>Whether a browser fetches a resource in advance, which may never be shown: any page can cause that.</summary>
    internal static bool IsInAdvance(IHeaderDictionary headers) =>
        StartsWithPrefetch(headers["Sec-Purpose"]) || StartsWithPrefetch(headers["Purpose"]);

    private static bool StartsWithPrefetch(StringValues header) =>
        header.Count > 0 && header.ToString().StartsWith("prefetch", StringComparison.OrdinalIgnoreCase);

    private static bool IsOf(StringValues header, string value) => string.Equals(header, value, StringComparison.OrdinalIgnoreCase);

    private static bool Is(string type, string expected) =>
        type.StartsWith(expected, StringComparison.OrdinalIgnoreCase)
        && (type.Length == expected.Length || type[expected.Length] is '+' or ';' or ' ');
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Tells requests whose clients can read neither a page nor a document.</summary>
internal static class RequestKind
{
    private const string Grpc = "application/grpc";
    private const string GrpcWeb = "application/grpc-web";
    private const string GrpcWebText = "application/grpc-web-text";

    /// <summary>The content type to answer a gRPC call with; null if it is none.</summary>
    internal static string? GrpcContentType(HttpRequest request) => request.ContentType is not { } type ? null
        : Is(type, GrpcWebText) ? GrpcWebText
        : Is(type, GrpcWeb) ? GrpcWeb
        : Is(type, Grpc) ? Grpc
        : null;

    /// <summary>Whether this opens a WebSocket (HTTP/1.1) or another tunnel (extended CONNECT of HTTP/2 and 3).</summary>
    internal static bool IsHandshake(HttpContext context) =>
        string.Equals(context.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    /// <summary>Whether a browser asks on a script's behalf if it may ask (CORS). Such a request never carries a cookie.</summary>
    internal static bool IsPreflight(HttpRequest request) =>
        HttpMethods.IsOptions(request.Method) && request.Headers.ContainsKey(HeaderNames.Origin) && request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod);

    private static bool Is(string type, string expected) =>
        type.StartsWith(expected, StringComparison.OrdinalIgnoreCase)
        && (type.Length == expected.Length || type[expected.Length] is '+' or ';' or ' ');
}

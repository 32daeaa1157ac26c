using Bouncer.AspNetCore.Responses;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.OpenConnections;

/// <summary>The use of a connection: the tag <c>bouncer.kind</c>.</summary>
internal static class ConnectionKind
{
    internal const string WebSocket = "websocket";
    internal const string EventStream = "event_stream";
    internal const string Grpc = "grpc";
    internal const string Other = "other";

    /// <summary>Reads only what no longer changes: the request, and the response once it has started.</summary>
    internal static string Of(HttpContext context) =>
        RequestKind.IsHandshake(context) ? WebSocket
        : RequestKind.GrpcContentType(context.Request) is not null ? Grpc
        : context.Response is { HasStarted: true, ContentType: { } type } && type.StartsWith(RequestKind.EventStream, StringComparison.OrdinalIgnoreCase) ? EventStream
        : Other;
}

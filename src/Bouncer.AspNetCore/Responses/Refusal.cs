using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>The content of a refusal in each form that a client may read. Immutable.</summary>
/// <param name="GrpcStatus">The status for a gRPC call.</param>
/// <param name="HandshakeStatus">The status for a WebSocket handshake.</param>
/// <param name="Text">The text for a client that accepts neither a page nor a document; its value is the time to wait.</param>
/// <param name="Problem">The document for a program; its status is used for all but gRPC and WebSocket.</param>
/// <param name="Page">Writes the page for a browser, given the reference, which is not encoded, and the time to wait.</param>
internal sealed record Refusal(
    StringValues GrpcStatus, int HandshakeStatus, BodyTemplate Text, Problem Problem, Func<HttpContext, string, string, ValueTask> Page)
{
    internal static Refusal Of(int status, string detail, RefusalPage page) => new(
        GrpcRefusal.StatusOf(status),
        status,
        new BodyTemplate(detail + "\n", []),
        Problem.Of(status, detail),
        page.WriteAsync);
}

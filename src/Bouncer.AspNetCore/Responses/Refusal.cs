using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>What a refusal says, in each form that a client may read. Immutable.</summary>
/// <param name="GrpcStatus">To a gRPC call.</param>
/// <param name="HandshakeStatus">To a WebSocket handshake.</param>
/// <param name="Text">To a client that accepts neither a page nor a document; its value is how long to wait.</param>
/// <param name="Problem">To a program; its status is for all but those two.</param>
/// <param name="Page">Writes the page for a browser, given the reference, which is not encoded, and how long to wait.</param>
internal sealed record Refusal(
    StringValues GrpcStatus, int HandshakeStatus, BodyTemplate Text, Problem Problem, Func<HttpContext, string, string, ValueTask> Page)
{
    internal static Refusal Of(int status, string detail, RefusalPage page) => new(
        GrpcRefusal.StatusOf(status),
        status,
        new BodyTemplate(detail + "\n", []),
        Problem.Of(status, JavaScriptEncoder.Default.Encode(detail)),
        page.WriteAsync);
}

using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>What a refusal says, in each form but the page. Immutable.</summary>
/// <param name="GrpcStatus">To a gRPC call.</param>
/// <param name="HandshakeStatus">To a WebSocket handshake.</param>
/// <param name="Text">To who accepts neither a page nor a document; its value is how long to wait.</param>
/// <param name="Problem">To a program; its status is for all but those two.</param>
internal sealed record Refusal(StringValues GrpcStatus, int HandshakeStatus, BodyTemplate Text, Problem Problem);

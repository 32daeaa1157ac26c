using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Refuses a gRPC call as its protocol requires: HTTP 200, the status in headers that serve as trailers
/// ("Trailers-Only"), no body. gRPC-Web uses the same form.</summary>
internal static class GrpcRefusal
{
    internal static StringValues InvalidArgument { get; } = "3";

    internal static StringValues PermissionDenied { get; } = "7";

    internal static StringValues ResourceExhausted { get; } = "8";

    internal static StringValues Unavailable { get; } = "14";

    internal static StringValues Unauthenticated { get; } = "16";

    /// <summary>The gRPC status that corresponds to an HTTP status.</summary>
    internal static StringValues StatusOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => InvalidArgument,
        StatusCodes.Status401Unauthorized => Unauthenticated,
        StatusCodes.Status429TooManyRequests => ResourceExhausted,
        >= 500 => Unavailable,
        _ => PermissionDenied,
    };

    internal static void Write(HttpResponse response, string contentType, StringValues status)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers.GrpcStatus = status;
    }
}

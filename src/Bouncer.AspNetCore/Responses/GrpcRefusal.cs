using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Refuses a gRPC call as its protocol wants it: HTTP 200, the status in what are headers and trailers at once
/// ("Trailers-Only"), no body. gRPC-Web takes the same form.</summary>
internal static class GrpcRefusal
{
    internal static StringValues InvalidArgument { get; } = "3";

    internal static StringValues PermissionDenied { get; } = "7";

    internal static StringValues ResourceExhausted { get; } = "8";

    internal static StringValues Unavailable { get; } = "14";

    internal static StringValues Unauthenticated { get; } = "16";

    /// <summary>The status that corresponds to one of HTTP.</summary>
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

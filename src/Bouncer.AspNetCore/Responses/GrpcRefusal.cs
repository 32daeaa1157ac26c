using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Refuses a gRPC call as its protocol wants it: HTTP 200, the status in what are headers and trailers at once
/// ("Trailers-Only"), no body. gRPC-Web takes the same form.</summary>
internal static class GrpcRefusal
{
    private static readonly StringValues PermissionDenied = "7";
    private static readonly StringValues Unavailable = "14";
    private static readonly StringValues NotAuthenticated = "16";

    internal static void Deny(HttpResponse response, string contentType) => Write(response, contentType, PermissionDenied);

    internal static void NotReady(HttpResponse response, string contentType) => Write(response, contentType, Unavailable);

    internal static void Unauthenticated(HttpResponse response, string contentType) => Write(response, contentType, NotAuthenticated);

    private static void Write(HttpResponse response, string contentType, StringValues status)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers.GrpcStatus = status;
    }
}

using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>Responds until the first synchronisation if clients are to be refused until then.</summary>
internal static class NotReadyResponse
{
    private const string RetryAfterSeconds = "10";

    internal static void Write(HttpContext context)
    {
        var response = context.Response;
        if (response.HasStarted)
        {
            context.Abort();
            return;
        }

        RefusalHeaders.Set(response);
        response.Headers.RetryAfter = RetryAfterSeconds;
        if (RequestKind.GrpcContentType(context.Request) is { } grpc)
        {
            GrpcRefusal.Write(response, grpc, GrpcRefusal.Unavailable);
        }
        else
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }
}

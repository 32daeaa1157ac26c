using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

/// <summary>The refusal of last resort: an empty 403, or a cut connection. It cannot fail.</summary>
internal static class PlainRefusal
{
    internal static void Write(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        RefusalHeaders.Set(context.Response);
    }
}

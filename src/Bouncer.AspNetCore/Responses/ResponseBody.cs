using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Responses;

internal static class ResponseBody
{
    /// <summary>Writes a whole body, with its length and type. HEAD gets those and no body.</summary>
    internal static async ValueTask WriteAsync(this HttpResponse response, string body, string contentType)
    {
        response.ContentType = contentType;
        response.ContentLength = Encoding.UTF8.GetByteCount(body);
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            Encoding.UTF8.GetBytes(body, response.BodyWriter);
            await response.BodyWriter.FlushAsync();
        }
    }
}

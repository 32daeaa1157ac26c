using System.Text;

namespace LocalApi;

// Answers with the headers Go's server gives them.
internal static class GoResponse
{
    // Go sends a length only for answers that fit its first buffer, and chunks the rest.
    private const int BufferBeforeChunking = 2048;

    public static Task JsonAsync(HttpContext context, int status, string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        if (body.Length <= BufferBeforeChunking)
        {
            context.Response.ContentLength = body.Length;
        }

        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }

    public static Task MessageAsync(HttpContext context, int status, string message) => JsonAsync(context, status, GoJson.Message(message));

    public static Task EmptyTextAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return Task.CompletedTask;
    }
}

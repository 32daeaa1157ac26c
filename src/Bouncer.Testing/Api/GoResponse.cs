using System.Text;

namespace Bouncer.Testing.Api;

/// <summary>Writes answers with the headers of Go's server.</summary>
internal static class GoResponse
{
    // Go sends a length only for answers that fit its first buffer, and chunks the rest.
    private const int BufferBeforeChunking = 2048;

    public static async Task JsonAsync(HttpContext context, int status, IEnumerable<string> pieces)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        using var piece = pieces.GetEnumerator();
        var start = new StringBuilder();
        var isMore = piece.MoveNext();
        for (; isMore && start.Length <= BufferBeforeChunking; isMore = piece.MoveNext())
        {
            start.Append(piece.Current);
        }

        var bytes = Encoding.UTF8.GetBytes(start.ToString());
        if (bytes.Length <= BufferBeforeChunking)
        {
            context.Response.ContentLength = bytes.Length;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        await context.Response.Body.WriteAsync(bytes);
        for (; isMore; isMore = piece.MoveNext())
        {
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(piece.Current));
        }
    }

    public static Task JsonAsync(HttpContext context, int status, string json) => JsonAsync(context, status, [json]);

    public static Task MessageAsync(HttpContext context, int status, string message) => JsonAsync(context, status, GoJson.Message(message));

    public static Task EmptyTextAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return Task.CompletedTask;
    }
}

using System.Text;

namespace Bouncer.Testing.Api;

/// <summary>Writes answers with the headers of Go's server.</summary>
internal static class GoResponse
{
    public const string JsonType = "application/json; charset=utf-8";
    public const string TextType = "text/plain; charset=utf-8";

    // Go sends a length only for answers that fit its first buffer, and chunks the rest.
    private const int BufferBeforeChunking = 2048;

    public static Task JsonAsync(HttpContext context, int status, IEnumerable<string> pieces) => WriteAsync(context, status, JsonType, pieces);

    public static Task JsonAsync(HttpContext context, int status, string json) => JsonAsync(context, status, [json]);

    public static Task MessageAsync(HttpContext context, int status, string message) => JsonAsync(context, status, GoJson.Message(message));

    // The type that Go's server gives an answer whose handler names none, if it is text.
    public static Task TextAsync(HttpContext context, int status, string text) => WriteAsync(context, status, TextType, [text]);

    public static Task EmptyTextAsync(HttpContext context)
    {
        context.Response.ContentType = TextType;
        return Task.CompletedTask;
    }

    private static async Task WriteAsync(HttpContext context, int status, string contentType, IEnumerable<string> pieces)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
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
}

using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.StartPage;

// The page and its parts, from inside the program; nothing is loaded from anywhere else.
internal static class StartPageFiles
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IResult Page(HttpContext context)
    {
        Protect(context.Response, ContentSecurityPolicy);
        return File("index.html", "text/html; charset=utf-8");
    }

    public static IResult Style(HttpContext context)
    {
        Protect(context.Response, "default-src 'none'");
        return File("page.css", "text/css; charset=utf-8");
    }

    public static IResult Script(HttpContext context)
    {
        Protect(context.Response, "default-src 'none'");
        return File("page.js", "text/javascript; charset=utf-8");
    }

    // As the visitor's browser would show it, its own policy included, but without scripts and shut off from this origin.
    public static IResult Body(int id, Replayer replayer, HttpContext context)
    {
        if (replayer.Find(id) is not { } replay)
        {
            return TypedResults.NotFound();
        }

        var own = replay.Headers.FirstOrDefault(header => header.Key.Equals("Content-Security-Policy", StringComparison.OrdinalIgnoreCase)).Value;
        Protect(context.Response, "sandbox; script-src 'none'; form-action 'none'; frame-ancestors 'self'");
        if (own is not null)
        {
            context.Response.Headers.Append("Content-Security-Policy", string.Join(';', own.Split(';').Where(part =>
                !part.TrimStart().StartsWith("frame-ancestors", StringComparison.OrdinalIgnoreCase))));
        }

        var type = replay.ContentType == "text/html" ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
        return TypedResults.Text(replay.Body.Length == 0 ? "(no body)" : replay.Body, replay.Body.Length == 0 ? "text/plain; charset=utf-8" : type);
    }

    private static void Protect(HttpResponse response, string policy)
    {
        response.Headers.ContentSecurityPolicy = policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static FileStreamHttpResult File(string name, string type) =>
        TypedResults.Stream(typeof(StartPageFiles).Assembly.GetManifestResourceStream(name)!, type);
}

using System.Text.Encodings.Web;

namespace Gateway.Demo;

// The application behind the gateway: says what of a request reached it.
internal sealed class DemoUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DemoUpstream(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public static async Task<DemoUpstream> StartAsync()
    {
        // An empty builder reads no configuration: this server must not take over the gateway's URLs.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        return new DemoUpstream(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "/";
        var client = request.Headers["X-Forwarded-For"].ToString();
        var verdict = request.Headers["X-Bouncer-Verdict"].ToString();
        return request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? AnswerPageAsync(context.Response, path, client, verdict)
            : context.Response.WriteAsJsonAsync(new Greeting("Hello from the upstream.", path, client, verdict), GreetingJson.Default.Greeting);
    }

    private static Task AnswerPageAsync(HttpResponse response, string path, string client, string verdict)
    {
        static string Encode(string text) => HtmlEncoder.Default.Encode(text);
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync($$"""
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Hello from the upstream</title>
            <style>:root { color-scheme: light dark; } body { font: 1.0625rem/1.6 system-ui, sans-serif; margin: 2.5rem; }</style>
            <h1>Hello from the upstream</h1>
            <p>This request for <code>{{Encode(path)}}</code> was let through.</p>
            <p>The gateway says the client is <code>{{Encode(client)}}</code> and the verdict <code>{{Encode(verdict)}}</code>.</p>
            </html>
            """);
    }
}

using Bouncer.Benchmarks.Verbs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.Benchmarks.Startup;

/// <summary>Verb <c>serve-stream</c>: answers every pull of the whole list with the bytes of a file, chunked and not
/// compressed, as LAPI does. Prints its address and runs until its input ends.</summary>
internal static class StreamServer
{
    internal const string ApiKey = "benchmark";

    private const int PieceLength = 64 * 1024;

    internal static Verb Verb { get; } = new(
        "serve-stream",
        "serve-stream --decisions STREAM.json   (a process that startup starts)",
        ["decisions"],
        RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var path = arguments.Text("decisions");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/v1/decisions/stream", (HttpContext context, bool startup) => AnswerAsync(context, startup ? path : null));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
    }

    private static async Task AnswerAsync(HttpContext context, string? path)
    {
        var response = context.Response;
        if (context.Request.Headers["X-Api-Key"] != ApiKey)
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        response.ContentType = "application/json";
        if (path is null)
        {
            await response.WriteAsync("""{"new": [], "deleted": []}""");
            return;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, PieceLength, FileOptions.SequentialScan);
        await file.CopyToAsync(response.Body, PieceLength, context.RequestAborted);
    }
}

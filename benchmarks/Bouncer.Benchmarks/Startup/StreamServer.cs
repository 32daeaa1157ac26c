using Bouncer.Benchmarks.Verbs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.Benchmarks.Startup;

/// <summary>Verb <c>serve-stream</c>: answers every pull of the whole list with the bytes of a file, chunked and not
/// compressed, as LAPI does, deltas with nothing, and questions with what the file holds. Prints its address and runs until
/// its input ends.</summary>
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
        var questions = new StreamQuestions(InputFiles.Decisions(path));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/v1/decisions/stream", (HttpContext context, bool startup) => AnswerAsync(context, startup ? path : null));
        app.MapGet("/v1/decisions", (HttpContext context, string? value, long? id_gt, int? offset, int? limit) =>
            AnswerAsync(context, questions.Answer(value, id_gt ?? 0, offset ?? 0, limit ?? int.MaxValue)));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
    }

    private static async Task AnswerAsync(HttpContext context, string? path)
    {
        if (path is null)
        {
            await AnswerAsync(context, """{"new": [], "deleted": []}"""u8.ToArray());
            return;
        }

        if (MayAsk(context))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, PieceLength, FileOptions.SequentialScan);
            await file.CopyToAsync(context.Response.Body, PieceLength, context.RequestAborted);
        }
    }

    private static async Task AnswerAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        if (MayAsk(context))
        {
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        }
    }

    private static bool MayAsk(HttpContext context)
    {
        var may = context.Request.Headers["X-Api-Key"] == ApiKey;
        context.Response.ContentType = "application/json";
        context.Response.StatusCode = may ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden;
        return may;
    }
}

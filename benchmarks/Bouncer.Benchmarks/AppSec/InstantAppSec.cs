using Bouncer.Benchmarks.Verbs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bouncer.Benchmarks.AppSec;

/// <summary>Verb <c>serve-appsec</c>: reads each request and allows it at once. Prints its address and runs until its input
/// ends.</summary>
internal static class InstantAppSec
{
    private static readonly byte[] Allow = """{"action":"allow","http_status":200}"""u8.ToArray();

    internal static Verb Verb { get; } = new("serve-appsec", "serve-appsec   (a process that appsec starts)", [], RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        await using var app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentLength = Allow.Length;
        await context.Response.Body.WriteAsync(Allow);
    }
}

using System.Diagnostics;
using System.Text.Json;
using Bouncer.Benchmarks.Verbs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.Benchmarks.AppSec;

/// <summary>Verb <c>serve-inspected</c>: a server with a bouncer that reads each body to its end and answers with nothing. Prints its
/// address and runs until its input ends. <c>/figures</c> tells what the process has taken so far.</summary>
internal static class InspectedServer
{
    private const string ApiKey = "benchmark";

    internal static Verb Verb { get; } = new(
        "serve-inspected",
        "serve-inspected --appsec URL --inspects yes|no|call   (a process that appsec starts; call: an HttpClient asks for URL, without a bouncer's part)",
        ["appsec", "inspects"],
        RunAsync);

    private static async Task RunAsync(Arguments arguments)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddBouncer(options => (options.Sync.Mode, options.TrustLoopback) = (BouncerMode.Off, false)).AddAppSec(options =>
        {
            options.Url = new Uri(arguments.Text("appsec"));
            options.ApiKey = ApiKey;
            options.Enabled = arguments.Text("inspects") == "yes";

            // All requests are of one client, and a slow machine must not refuse any.
            options.Timeout = TimeSpan.FromMinutes(1);
            options.MaxConcurrentBodiesPerClient = 1000;
        });
        await using var app = builder.Build();
        app.Map("/figures", figures => figures.Run(TellAsync));
        app.UseBouncer();
        if (arguments.Text("inspects") == "call")
        {
            app.Use(CallFirst(new Uri(arguments.Text("appsec"))));
        }

        app.Run(context => context.Request.Body.CopyToAsync(Stream.Null));
        await app.StartAsync();
        Console.WriteLine(app.Urls.First());
        await Console.In.ReadToEndAsync();
    }

    private static Func<RequestDelegate, RequestDelegate> CallFirst(Uri url)
    {
        var client = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null });
        return next => async context =>
        {
            await client.GetByteArrayAsync(url, context.RequestAborted);
            await next(context);
        };
    }

    private static Task TellAsync(HttpContext context)
    {
        using var self = Process.GetCurrentProcess();
        var taken = new TakenFigures(Environment.CpuUsage.TotalTime.TotalMicroseconds, GC.GetTotalAllocatedBytes(precise: true), self.PeakWorkingSet64);
        return context.Response.WriteAsync(JsonSerializer.Serialize(taken, FiguresJson.Default.TakenFigures));
    }
}

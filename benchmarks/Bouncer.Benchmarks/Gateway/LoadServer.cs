using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.Benchmarks.Gateway;

/// <summary>One server under load: <c>serve hello|sized|refuse|yarp PORT [LAPI_PORT [unwatched]]</c>. "hello" answers itself,
/// "sized" too, and says the length, "refuse" with an empty 403; "yarp" passes on to an upstream that says hello, in the same process. With a Local API
/// it has a bouncer, which with "unwatched" leaves open connections alone. Runs until its input ends.</summary>
internal static class LoadServer
{
    internal static async Task<int> RunAsync(string[] args)
    {
        if (args is ["lapi", var lapi, var decisions, .. { Length: <= 1 } type])
        {
            return await DecisionServer.RunAsync(lapi, decisions, type.FirstOrDefault());
        }

        if (args is not [("hello" or "sized" or "refuse" or "yarp") and var kind, var port, .. { Length: <= 2 } bouncer] || bouncer is [_, not "unwatched"])
        {
            await Console.Error.WriteLineAsync("serve hello|sized|refuse|yarp PORT [LAPI_PORT [unwatched]], or serve lapi PORT DECISIONS [TYPE]");
            return 2;
        }

        await using var upstream = await StartUpstreamAsync(kind);
        await using var app = await StartAsync(kind, port, bouncer.FirstOrDefault(), isWatched: bouncer.Length < 2, upstream);
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<WebApplication> StartUpstreamAsync(string kind)
    {
        var app = Builder("0").Build();
        app.Run(Hello);
        if (kind == "yarp")
        {
            await app.StartAsync();
        }

        return app;
    }

    private static async Task<WebApplication> StartAsync(string kind, string port, string? lapiPort, bool isWatched, WebApplication upstream)
    {
        var builder = Builder(port);
        if (kind == "yarp")
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ReverseProxy:Routes:all:ClusterId"] = "upstream",
                ["ReverseProxy:Routes:all:Match:Path"] = "{**all}",
                ["ReverseProxy:Clusters:upstream:Destinations:one:Address"] = upstream.Urls.First(),
            });
            builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
        }

        if (lapiPort is not null)
        {
            builder.Services.AddBouncer(options =>
            {
                options.Lapi.Url = new Uri(DecisionServer.UrlOf(lapiPort));
                options.Lapi.ApiKey = DecisionServer.ApiKey;
                options.Sync.StartupTimeout = TimeSpan.FromMinutes(2);
                options.TrustLoopback = false;
            }).ConfigureHttp(options => options.Ban.EndOpenConnections = isWatched);
        }

        var app = builder.Build();
        if (lapiPort is not null)
        {
            app.UseBouncer();
        }

        if (kind == "yarp")
        {
            app.MapReverseProxy();
        }
        else
        {
            app.Run(kind switch { "refuse" => Refuse, "sized" => HelloOfLength, _ => Hello });
        }

        await app.StartAsync();
        return app;
    }

    private static WebApplicationBuilder Builder(string port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(DecisionServer.UrlOf(port));
        return builder;
    }

    private static Task Refuse(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static Task HelloOfLength(HttpContext context)
    {
        context.Response.ContentLength = "hello".Length;
        return Hello(context);
    }

    private static Task Hello(HttpContext context) => context.Response.WriteAsync("hello");
}

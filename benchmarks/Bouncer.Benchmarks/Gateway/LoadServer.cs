using System.Globalization;
using LocalApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.Benchmarks.Gateway;

/// <summary>One server under load: <c>serve hello|yarp with|without PORT DECISIONS</c>. "hello" answers itself; "yarp" passes
/// on to an upstream that says hello, in the same process. Runs until its input ends.</summary>
internal static class LoadServer
{
    internal static async Task<int> RunAsync(string[] args)
    {
        if (args is not [("hello" or "yarp") and var kind, ("with" or "without") and var bouncer, var port, var decisions])
        {
            await Console.Error.WriteLineAsync("serve hello|yarp with|without PORT DECISIONS");
            return 2;
        }

        await using var lapi = await LocalApiServer.StartAsync(new LocalApiOptions
        {
            Database = BenchmarkDecisions.Create(int.Parse(decisions, CultureInfo.InvariantCulture)),
        });
        await using var upstream = await StartUpstreamAsync(kind);
        await using var app = await StartAsync(kind, bouncer == "with", port, lapi, upstream);
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<WebApplication> StartUpstreamAsync(string kind)
    {
        var app = Builder("http://127.0.0.1:0").Build();
        app.Run(Hello);
        if (kind == "yarp")
        {
            await app.StartAsync();
        }

        return app;
    }

    private static async Task<WebApplication> StartAsync(string kind, bool bouncer, string port, LocalApiServer lapi, WebApplication upstream)
    {
        var builder = Builder($"http://127.0.0.1:{port}");
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

        if (bouncer)
        {
            builder.Services.AddBouncer(options =>
            {
                options.Lapi.Url = lapi.Url;
                options.Lapi.ApiKey = lapi.ApiKey;
                options.Sync.StartupTimeout = TimeSpan.FromMinutes(2);
                options.TrustedNetworks = [];
            });
        }

        var app = builder.Build();
        if (bouncer)
        {
            app.UseBouncer();
        }

        if (kind == "yarp")
        {
            app.MapReverseProxy();
        }
        else
        {
            app.Run(Hello);
        }

        await app.StartAsync();
        return app;
    }

    private static WebApplicationBuilder Builder(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        return builder;
    }

    private static Task Hello(HttpContext context) => context.Response.WriteAsync("hello");
}

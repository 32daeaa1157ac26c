using System.Net;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bouncer.Yarp.Tests;

/// <summary>A gateway that speaks HTTP/1.1 and HTTP/2 before an upstream whose answers last, and polls every second.</summary>
internal sealed class StreamBench : IAsyncDisposable
{
    private int _connections;

    private StreamBench(LocalApiServer lapi, StreamingUpstream upstream)
    {
        Lapi = lapi;
        Upstream = upstream;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = lapi.Url.ToString(),
            ["Bouncer:Lapi:ApiKey"] = lapi.ApiKey,
            ["Bouncer:Sync:Interval"] = "00:00:01",
            ["Bouncer:Proxies:Networks:0"] = "127.0.0.0/8",
            ["ReverseProxy:Routes:all:ClusterId"] = "upstream",
            ["ReverseProxy:Routes:all:Match:Path"] = "{**all}",
            ["ReverseProxy:Clusters:upstream:Destinations:one:Address"] = upstream.Url,
        });
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddBouncer();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(next => connection =>
                {
                    Interlocked.Increment(ref _connections);
                    return next(connection);
                });
            });
        });
        App = builder.Build();
        App.UseBouncer();
        App.MapReverseProxy();
    }

    internal LocalApiServer Lapi { get; }

    internal StreamingUpstream Upstream { get; }

    internal Uri Http1Url => new(App.Urls.First());

    internal Uri Http2Url => new(App.Urls.Last());

    /// <summary>How many HTTP/2 connections were opened to the gateway.</summary>
    internal int Connections => Volatile.Read(ref _connections);

    private WebApplication App { get; }

    internal static async Task<StreamBench> StartAsync()
    {
        var bench = new StreamBench(await LocalApiServer.StartAsync(), await StreamingUpstream.StartAsync());
        await bench.App.StartAsync();
        return bench;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Upstream.DisposeAsync();
        await Lapi.DisposeAsync();
    }
}

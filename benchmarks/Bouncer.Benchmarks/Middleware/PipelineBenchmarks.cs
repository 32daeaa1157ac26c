using BenchmarkDotNet.Attributes;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bouncer.Benchmarks.Middleware;

/// <summary>What the middleware adds: for a client without a decision beside the same pipeline without it, and for a banned
/// one beside a pipeline that writes an answer of that size by hand. Contexts are used again, as a server pools its own.</summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private static readonly byte[] Page = new byte[2048];

    private readonly DefaultHttpContext _clean = new();
    private readonly DefaultHttpContext _routed = new();
    private readonly HttpRequestIdentifierFeature _identifier = new();
    private readonly HttpResponseFeature _response = new();
    private readonly DefaultHttpContext _banned;
    private LocalApiServer? _lapi;
    private ServiceProvider? _services;
    private RequestDelegate _without = null!;
    private RequestDelegate _with = null!;
    private RequestDelegate _byHand = null!;

    public PipelineBenchmarks()
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", Headers = { Accept = "text/html,*/*;q=0.8" } });
        features.Set<IHttpRequestIdentifierFeature>(_identifier);
        features.Set<IHttpResponseFeature>(_response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        _banned = new DefaultHttpContext(features);
        _clean.Connection.RemoteIpAddress = BenchmarkDecisions.Clean;
        _routed.Connection.RemoteIpAddress = BenchmarkDecisions.Clean;
        _routed.SetEndpoint(new Endpoint(null, null, null));
        _banned.Connection.RemoteIpAddress = BenchmarkDecisions.Banned;
    }

    /// <summary>How many decisions are held.</summary>
    [Params(15_000, 1_000_000)]
    public int Decisions { get; set; }

    // The in-process toolchain does not await a set-up.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup()
    {
        _services!.Dispose();
        _lapi!.StopAsync().GetAwaiter().GetResult();
    }

    /// <returns>Whether the pipeline was done when it returned, as all of these are.</returns>
    [Benchmark(Baseline = true)]
    public bool Without() => _without(_clean).IsCompletedSuccessfully;

    [Benchmark]
    public bool Allowed() => _with(_clean).IsCompletedSuccessfully;

    /// <summary>With an endpoint, whose policy is to be found.</summary>
    [Benchmark]
    public bool AllowedRouted() => _with(_routed).IsCompletedSuccessfully;

    [Benchmark]
    public bool RefusedByHand() => _byHand(NextBanned()).IsCompletedSuccessfully;

    [Benchmark]
    public bool Denied() => _with(NextBanned()).IsCompletedSuccessfully;

    private async Task SetupAsync()
    {
        _lapi = await LocalApiServer.StartAsync(new LocalApiOptions { Database = BenchmarkDecisions.Create(Decisions) });
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBouncer(options =>
        {
            options.Lapi.Url = _lapi.Url;
            options.Lapi.ApiKey = _lapi.ApiKey;
            options.Sync.StartupTimeout = TimeSpan.FromMinutes(2);

            // The bytes of all threads are counted: none of them is to be those of a poll.
            options.Sync.Interval = TimeSpan.FromHours(1);
            options.Sync.FullResyncInterval = TimeSpan.FromDays(1);
        });
        _services = services.BuildServiceProvider();
        foreach (var service in _services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }

        _without = Build(bouncer: false, static _ => Task.CompletedTask);
        _with = Build(bouncer: true, static _ => Task.CompletedTask);
        _byHand = Build(bouncer: false, RefuseByHand);
    }

    private DefaultHttpContext NextBanned()
    {
        _identifier.TraceIdentifier = null!;
        _response.StatusCode = StatusCodes.Status200OK;
        _response.Headers.Clear();
        return _banned;
    }

    private static Task RefuseByHand(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status403Forbidden;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store, private";
        response.Headers.ContentSecurityPolicy = "default-src 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
        response.ContentLength = Page.Length;
        return response.BodyWriter.WriteAsync(Page).AsTask();
    }

    private RequestDelegate Build(bool bouncer, RequestDelegate end)
    {
        var app = new ApplicationBuilder(_services!);
        if (bouncer)
        {
            app.UseBouncer();
        }

        app.Run(end);
        return app.Build();
    }
}

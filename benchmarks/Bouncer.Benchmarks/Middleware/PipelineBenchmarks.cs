using BenchmarkDotNet.Attributes;
using LocalApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bouncer.Benchmarks.Middleware;

/// <summary>What the middleware adds: for a client without a decision beside the same pipeline without it, and for a banned
/// one beside a pipeline that writes an answer of that size by hand.</summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private static readonly byte[] Page = new byte[2048];

    private readonly FeatureCollection _features = new();
    private readonly DefaultHttpContext _reused = new();
    private LocalApiServer? _lapi;
    private ServiceProvider? _services;
    private RequestDelegate _without = null!;
    private RequestDelegate _with = null!;
    private RequestDelegate _byHand = null!;

    /// <summary>How many decisions are held.</summary>
    [Params(15_000, 100_000)]
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
    public bool Without() => _without(_reused).IsCompletedSuccessfully;

    [Benchmark]
    public bool Allowed() => _with(_reused).IsCompletedSuccessfully;

    /// <summary>On a context of its own, as a denied request writes to it.</summary>
    [Benchmark]
    public bool RefusedByHand() => _byHand(NewContext()).IsCompletedSuccessfully;

    [Benchmark]
    public bool Denied() => _with(NewContext()).IsCompletedSuccessfully;

    private async Task SetupAsync()
    {
        _lapi = await LocalApiServer.StartAsync(new LocalApiOptions { Database = BenchmarkDecisions.Create(Decisions) });
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBouncer(options =>
        {
            options.Lapi.Url = _lapi.Url;
            options.Lapi.ApiKey = _lapi.ApiKey;
        });
        _services = services.BuildServiceProvider();
        foreach (var service in _services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }

        _without = Build(bouncer: false, static _ => Task.CompletedTask);
        _with = Build(bouncer: true, static _ => Task.CompletedTask);
        _byHand = Build(bouncer: false, RefuseByHand);
        _reused.Connection.RemoteIpAddress = BenchmarkDecisions.Clean;
        _features.Set<IHttpRequestFeature>(new HttpRequestFeature { Headers = { Accept = "text/html,*/*;q=0.8" } });
        _features.Set<IHttpConnectionFeature>(new HttpConnectionFeature { RemoteIpAddress = BenchmarkDecisions.Banned });
    }

    private DefaultHttpContext NewContext()
    {
        var features = new FeatureCollection(_features);
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        return new DefaultHttpContext(features);
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

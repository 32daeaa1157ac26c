using BenchmarkDotNet.Attributes;
using LocalApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bouncer.Benchmarks.Middleware;

/// <summary>What the middleware adds to a pipeline that ends in an empty answer: for a client without a decision, and for a
/// banned one, beside the same pipeline without it.</summary>
[MemoryDiagnoser]
public class PipelineBenchmarks
{
    private readonly FeatureCollection _features = new();
    private readonly DefaultHttpContext _reused = new();
    private LocalApiServer? _lapi;
    private ServiceProvider? _services;
    private RequestDelegate _without = null!;
    private RequestDelegate _with = null!;

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

    /// <summary>A context of its own, as a denied request writes to it.</summary>
    [Benchmark]
    public bool WithoutOnANewContext() => _without(NewContext()).IsCompletedSuccessfully;

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

        _without = Build(bouncer: false);
        _with = Build(bouncer: true);
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

    private RequestDelegate Build(bool bouncer)
    {
        var app = new ApplicationBuilder(_services!);
        if (bouncer)
        {
            app.UseBouncer();
        }

        app.Run(static _ => Task.CompletedTask);
        return app.Build();
    }
}

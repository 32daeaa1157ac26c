using System.Net;
using BenchmarkDotNet.Attributes;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Requests;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bouncer.Benchmarks.Middleware;

/// <summary>What it adds to a request that it is watched, so that a ban can end it, and how long a look at many takes.</summary>
[MemoryDiagnoser]
public class OpenConnectionsBenchmarks
{
    private const int Decisions = 100_000;
    private const int Open = 100_000;

    private readonly ServedContext _context = new();
    private LocalApiServer? _lapi;
    private ServiceProvider? _unwatched;
    private ServiceProvider? _watched;
    private ServiceProvider? _crowded;
    private OpenRequestSweep _sweep = null!;
    private RequestDelegate _without = null!;
    private RequestDelegate _with = null!;

    public OpenConnectionsBenchmarks() => _context.Http.Connection.RemoteIpAddress = BenchmarkDecisions.Clean;

    // The in-process toolchain does not await a set-up.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup()
    {
        _crowded!.Dispose();
        _watched!.Dispose();
        _unwatched!.Dispose();
        _lapi!.StopAsync().GetAwaiter().GetResult();
    }

    /// <summary>A request from beginning to end, with the option off.</summary>
    [Benchmark(Baseline = true)]
    public bool Unwatched() => _without(_context.Http).IsCompletedSuccessfully & _context.EndAsync().IsCompletedSuccessfully;

    /// <summary>The same with the option on.</summary>
    [Benchmark]
    public bool Watched() => _with(_context.Http).IsCompletedSuccessfully & _context.EndAsync().IsCompletedSuccessfully;

    /// <summary>One look at 100,000 open requests of as many clients, none of whom is banned.</summary>
    [Benchmark]
    public void Look() => _sweep.RunAsync(CancellationToken.None).GetAwaiter().GetResult();

    private static RequestDelegate Pipeline(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        app.UseBouncer();
        app.Run(static _ => Task.CompletedTask);
        return app.Build();
    }

    private async Task SetupAsync()
    {
        _lapi = await LocalApiServer.StartAsync(new LocalApiOptions { Database = BenchmarkDecisions.Create(Decisions) });
        _unwatched = await StartAsync(isWatched: false);
        _watched = await StartAsync(isWatched: true);
        _crowded = await StartAsync(isWatched: true);
        _without = Pipeline(_unwatched);
        _with = Pipeline(_watched);
        _sweep = _crowded.GetRequiredService<OpenRequestSweep>();
        var requests = _crowded.GetRequiredService<OpenRequests>();
        var settings = _crowded.GetRequiredService<HttpSettingsProvider>().Current;
        for (var client = 0; client < Open; client++)
        {
            var address = new IPAddress([203, 0, (byte)(client >> 8), (byte)client]);
            requests.Enter(new ServedContext().Http, new BouncerRequest(settings, settings.Policies.Default, address, null, default, IsUnresolved: false));
        }
    }

    private async Task<ServiceProvider> StartAsync(bool isWatched)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBouncer(options =>
        {
            options.Lapi.Url = _lapi!.Url;
            options.Lapi.ApiKey = _lapi.ApiKey;
            options.Sync.StartupTimeout = TimeSpan.FromMinutes(2);

            // The bytes of all threads are counted: none of them is to be those of a poll.
            options.Sync.Interval = TimeSpan.FromHours(1);
        }).ConfigureHttp(options => options.Ban.EndOpenConnections = isWatched);
        var provider = services.BuildServiceProvider();
        foreach (var service in provider.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }

        return provider;
    }
}

using System.Net;
using BenchmarkDotNet.Attributes;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bouncer.Benchmarks.Geo;

/// <summary>What the middleware costs a client whom no decision concerns, while one on another country is held, with a database of a
/// million networks; and without such a decision.</summary>
[MemoryDiagnoser]
public class GeoBenchmarks
{
    private readonly string _database = Path.GetTempFileName();
    private readonly DefaultHttpContext _ipv4 = new();
    private readonly DefaultHttpContext _ipv6 = new();
    private LocalApiServer? _lapi;
    private ServiceProvider? _services;
    private RequestDelegate _with = null!;

    public GeoBenchmarks()
    {
        _ipv4.Connection.RemoteIpAddress = new IPAddress([5, 6, 7, 8]);
        _ipv6.Connection.RemoteIpAddress = new IPAddress([0x20, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
    }

    /// <summary>Whether a decision on a country is held.</summary>
    [Params(false, true)]
    public bool Held { get; set; }

    // The in-process toolchain does not await a set-up.
    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup()
    {
        _services!.Dispose();
        _lapi!.StopAsync().GetAwaiter().GetResult();
        File.Delete(_database);
    }

    /// <returns>Whether the pipeline was done when it returned, as all of these are.</returns>
    [Benchmark]
    public bool IPv4() => _with(_ipv4).IsCompletedSuccessfully;

    [Benchmark]
    public bool IPv6() => _with(_ipv6).IsCompletedSuccessfully;

    private async Task SetupAsync()
    {
        await File.WriteAllBytesAsync(_database, GeoVerb.Make(1_000_000, 250, new Random(5)));
        _lapi = await LocalApiServer.StartAsync();
        if (Held)
        {
            _lapi.Database.Add("ZZ", TimeSpan.FromHours(4), scope: "Country");
        }

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddBouncer(options =>
        {
            options.Lapi.Url = _lapi.Url;
            options.Lapi.ApiKey = _lapi.ApiKey;
            options.Sync.Interval = TimeSpan.FromHours(1);
        }).ConfigureHttp(options => options.Geo.CountryDatabase = _database);
        _services = services.BuildServiceProvider();
        foreach (var service in _services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await service.StartingAsync(CancellationToken.None);
        }

        if (_services.GetRequiredService<IBouncer>().HasDecisions(DecisionScope.Country) != Held)
        {
            throw new InvalidOperationException("The decision on a country did not arrive.");
        }

        var app = new ApplicationBuilder(_services);
        app.UseBouncer();
        app.Run(static _ => Task.CompletedTask);
        _with = app.Build();
    }
}

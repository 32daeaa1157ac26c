using System.Net;
using BenchmarkDotNet.Attributes;
using Bouncer.AspNetCore;
using Bouncer.AspNetCore.RateLimiting;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Throttle;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.Benchmarks.Remediations;

/// <summary>What a throttle decision costs: of the table alone, and of the handler, which tells the client its standing and
/// writes the refusal. The table holds as many other clients.</summary>
[MemoryDiagnoser]
public class ThrottleBenchmarks
{
    private static readonly Rate Endless = new(10_000, TimeSpan.FromSeconds(1), 10_000);
    private static readonly Rate Used = new(1, TimeSpan.FromDays(1), 1);

    private readonly HttpResponseFeature _response = new();
    private readonly HttpRequestIdentifierFeature _identifier = new();
    private readonly ClientKey _client = ClientKey.Of(BenchmarkDecisions.Clean);
    private readonly ulong _purpose = RateKey.Purpose("benchmark");
    private DefaultHttpContext _http = null!;
    private ServiceProvider? _services;
    private GcraRateLimiter _table = null!;
    private ThrottleHandler _handler = null!;

    /// <summary>How many clients were there before.</summary>
    [Params(1, 10_000_000)]
    public int Clients { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET" });
        features.Set<IHttpRequestIdentifierFeature>(_identifier);
        features.Set<IHttpResponseFeature>(_response);
        features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        _http = new DefaultHttpContext(features);
        var services = new ServiceCollection().AddLogging();
        services.AddBouncer(options => options.Lapi.ApiKey = "unused")
            .AddPolicy("endless", policy => policy.Throttle(Endless.PermitLimit, Endless.Window))
            .AddPolicy("used", policy => policy.Throttle(Used.PermitLimit, Used.Window));
        _services = services.BuildServiceProvider();
        _table = _services.GetRequiredService<GcraRateLimiter>();
        _handler = _services.GetRequiredService<ThrottleHandler>();
        for (var client = 0; client < Clients; client++)
        {
            _table.TryTake(KeyOf(client), Used, out _);
        }

        _table.TryTake(RateKey.Of(_purpose, _client), Used, out _);
        Refused();
    }

    [GlobalCleanup]
    public void Cleanup() => _services!.Dispose();

    /// <summary>The table alone, for a client that has permits, its key included.</summary>
    [Benchmark]
    public bool TakeOne() => _table.TryTake(RateKey.Of(_purpose + 1, _client), Endless, out _);

    /// <summary>The table alone, for a client that has none.</summary>
    [Benchmark]
    public bool RefuseOne() => _table.TryTake(RateKey.Of(_purpose, _client), Used, out _);

    /// <summary>The handler, and the fields it sets on a request that goes on.</summary>
    [Benchmark]
    public bool Passed() => Handle("endless");

    /// <summary>The handler, with a problem document.</summary>
    [Benchmark]
    public bool Refused() => Handle("used");

    private ulong KeyOf(int client) => RateKey.Of(_purpose + 2, ClientKey.Of(new IPAddress((uint)client)));

    private bool Handle(string policy)
    {
        _identifier.TraceIdentifier = null!;
        _response.StatusCode = StatusCodes.Status200OK;
        _response.Headers.Clear();
        var handled = _handler.HandleAsync(new RemediationContext(_http, Remediation.Throttle, default, policy, BenchmarkDecisions.Clean)
        {
            Settings = _services!.GetRequiredService<HttpSettingsProvider>().Current,
        });
        return handled.IsCompletedSuccessfully;
    }
}

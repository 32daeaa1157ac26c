using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Bouncer.Sync;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Bouncer.UsageMetrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Lapi;

/// <summary>The endpoint that CrowdSec's console offers for its blocklists: LAPI's stream below a path, and nothing else of
/// LAPI.</summary>
public sealed class ConsoleEndpointTests : IAsyncLifetime
{
    private const string Integration = "/v1/integrations/65f1";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly TestClock _clock = new();
    private readonly FakeLogCollector _log = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private LocalApiServer _lapi = null!;

    public async ValueTask InitializeAsync() =>
        _lapi = await LocalApiServer.StartAsync(new LocalApiOptions { TimeProvider = _clock }, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _lapi.DisposeAsync();

    [Theory]
    [InlineData("", HttpStatusCode.NotFound)]
    [InlineData("/v1/decisions/stream", HttpStatusCode.NotFound)]
    [InlineData("/v1/", HttpStatusCode.MethodNotAllowed)]
    [InlineData("", HttpStatusCode.Forbidden)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    public async Task Stream_BelowAPath_IsFollowedWithoutLapisOtherCalls(string end, HttpStatusCode others)
    {
        _lapi.Database.Add("192.0.2.7", origin: "lists", scenario: "console");
        await using var services = Build(end, others);
        var bouncer = services.GetRequiredService<IBouncer>();
        var synchronizer = services.GetServices<IHostedService>().OfType<DecisionSynchronizer>().Single();
        var reporter = services.GetServices<IHostedService>().OfType<UsageReporter>().Single();
        await synchronizer.StartAsync(TestContext.Current.CancellationToken);
        await reporter.StartAsync(TestContext.Current.CancellationToken);
        async Task<bool> IsBannedAsync(string address) => !(await bouncer.CheckAsync(IPAddress.Parse(address))).IsAllowed;
        Assert.True(await IsBannedAsync("192.0.2.7"));

        _lapi.Database.Add("198.51.100.0/24", scope: "Range", origin: "lists", scenario: "console");
        await UntilAsync(() => IsBannedAsync("198.51.100.9"));
        _lapi.Database.Delete("192.0.2.7");
        await UntilAsync(async () => !await IsBannedAsync("192.0.2.7"));
        Assert.True(await IsBannedAsync("198.51.100.9"));

        await UntilAsync(() => Task.FromResult(_refused.Contains("POST " + Integration + "/v1/usage-metrics")));
        await UntilAsync(async () => (await HealthAsync(services)).Status == HealthStatus.Healthy);
        Assert.All(_lapi.Requests, request => Assert.StartsWith("/v1/decisions/stream?", request.PathAndQuery, StringComparison.Ordinal));

        // Only that the queries are missing, and once.
        Assert.Equal([1114], _log.GetSnapshot().Where(line => line.Level >= LogLevel.Warning).Select(line => line.Id.Id));
        await reporter.StopAsync(CancellationToken.None);
        await synchronizer.StopAsync(CancellationToken.None);
    }

    private static async Task<HealthReportEntry> HealthAsync(ServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["bouncer"];

    /// <summary>Moves the clock from one poll to the next. While a call is under way, the next timer is its deadline.</summary>
    private Task UntilAsync(Func<Task<bool>> condition) => Eventually.TrueAsync(async () =>
    {
        if (await condition())
        {
            return true;
        }

        if (_clock.NextTimer is { } next && next <= Interval)
        {
            _clock.Advance(next);
        }

        return false;
    });

    private ServiceProvider Build(string end, HttpStatusCode others)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddLogging(logging => logging.AddCollector(_log));
        services.AddBouncerCore(options =>
        {
            options.Lapi.Url = new Uri(_lapi.Url, Integration + end);
            options.Lapi.ApiKey = _lapi.ApiKey;
            options.Lapi.Timeout = TimeSpan.FromMinutes(5);
            options.Sync.Interval = Interval;
            options.UsageMetrics.Interval = TimeSpan.FromMinutes(2);
        }).ConfigureLapiHttpClient(http => http.AddHttpMessageHandler(() => new Console(others, _refused)));
        services.AddHealthChecks().AddBouncer();
        return services.BuildServiceProvider();
    }

    /// <summary>Passes the stream on to a LAPI, and answers everything else itself.</summary>
    private sealed class Console(HttpStatusCode others, ConcurrentQueue<string> refused) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath == Integration + "/v1/decisions/stream")
            {
                request.RequestUri = new Uri(request.RequestUri, request.RequestUri.PathAndQuery[Integration.Length..]);
                return base.SendAsync(request, cancellationToken);
            }

            refused.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath}");
            return Task.FromResult(new HttpResponseMessage(others)
            {
                Content = new StringContent("{\"detail\":\"No.\"}", Encoding.UTF8, "application/json"),
                RequestMessage = request,
            });
        }
    }
}

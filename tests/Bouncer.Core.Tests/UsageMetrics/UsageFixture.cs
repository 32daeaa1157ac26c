using System.Diagnostics.Metrics;
using System.Text.Json;
using Bouncer.Sync;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Bouncer.UsageMetrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.UsageMetrics;

/// <summary>The reports of an engine to a stand-in for LAPI, with counters of an adapter and a clock that the test moves.</summary>
internal sealed class UsageFixture : IAsyncDisposable
{
    internal const string Path = "/v1/usage-metrics";
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    private readonly ServiceProvider _services;
    private readonly IConfigurationRoot _configuration;
    private readonly Dictionary<(string? Origin, string? Family), long> _dropped = [];
    private readonly Dictionary<string, long> _processed = [];

    private UsageFixture(LocalApiServer lapi, TestClock clock, (string Key, string? Value)[] settings)
    {
        (Lapi, Clock) = (lapi, clock);
        _configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        Set([("Lapi:Url", lapi.Url.ToString()), ("Lapi:ApiKey", lapi.ApiKey), .. settings]);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(logging => logging.AddCollector(Log));
        services.AddBouncerCore(_configuration.GetSection("Bouncer"));
        _services = services.BuildServiceProvider();
        var meter = _services.GetRequiredService<IMeterFactory>().Create(BouncerTelemetry.MeterName);
        meter.CreateObservableCounter("bouncer.dropped.requests", () => Measure(_dropped, entry => [new("bouncer.origin", entry.Origin), new("network.type", entry.Family)]));
        meter.CreateObservableCounter("bouncer.processed.requests", () => Measure(_processed, entry => [new("network.type", entry)]));
    }

    internal LocalApiServer Lapi { get; }

    internal TestClock Clock { get; }

    internal FakeLogCollector Log { get; } = new();

    internal UsageReporter Reporter => _services.GetServices<IHostedService>().OfType<UsageReporter>().Single();

    internal IMeterFactory Meters => _services.GetRequiredService<IMeterFactory>();

    /// <summary>The reports that LAPI accepted, even if it could not say so.</summary>
    internal JsonElement[] Accepted => [.. Lapi.Requests.Where(request => request is { PathAndQuery: Path, Body: not null })
        .Select(request => JsonDocument.Parse(request.Body!).RootElement.GetProperty("remediation_components")[0])];

    internal int Attempts => Lapi.Requests.Count(request => request.PathAndQuery == Path);

    internal static async Task<UsageFixture> StartAsync(LocalApiDialect dialect = LocalApiDialect.Newest, params (string Key, string? Value)[] settings)
    {
        var clock = new TestClock();
        var lapi = await LocalApiServer.StartAsync(new LocalApiOptions { Dialect = dialect, TimeProvider = clock }, TestContext.Current.CancellationToken);
        var fixture = new UsageFixture(lapi, clock, settings);
        await fixture.Reporter.StartAsync(TestContext.Current.CancellationToken);
        return fixture;
    }

    internal void Set(params (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            _configuration["Bouncer:" + key] = value;
        }
    }

    internal void Reload() => _configuration.Reload();

    internal void Drop(string? origin, long count = 1, string? family = "ipv4")
    {
        lock (_dropped) _dropped[(origin, family)] = _dropped.GetValueOrDefault((origin, family)) + count;
    }

    /// <summary>Sets a counter to a value below the one that it had.</summary>
    internal void Restart(string? origin, long value)
    {
        lock (_dropped) _dropped[(origin, "ipv4")] = value;
    }

    internal void Process(string family, long count = 1)
    {
        lock (_processed) _processed[family] = _processed.GetValueOrDefault(family) + count;
    }

    internal Task<TimeSpan> PullAsync() => _services.GetRequiredService<DecisionPuller>().PullAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets an interval pass, and waits until the report was sent, if one is expected.</summary>
    internal async Task PassAsync(int attempts = 1)
    {
        var before = Attempts;
        await Eventually.TrueAsync(() => Clock.ArmedTimers == 1);
        Clock.Advance(Clock.NextTimer!.Value);
        await Eventually.TrueAsync(() => Attempts == before + attempts && Clock.IsArmedIn(Interval));
    }

    internal Task StopAsync() => Reporter.StopAsync(CancellationToken.None);

    /// <summary>The sums that <c>cscli metrics show bouncers</c> has: it takes equal numbers of one second for one.</summary>
    internal Dictionary<string, long> Shown()
    {
        var unique = Accepted.SelectMany(Items).ToHashSet();
        return unique.Where(item => item.Name != "active_decisions")
            .GroupBy(item => $"{item.Name} {item.Origin} {item.Family}")
            .ToDictionary(group => group.Key, group => group.Sum(item => item.Value));
    }

    internal static IEnumerable<(long Second, string Name, string? Origin, string? Family, long Value)> Items(JsonElement component)
    {
        var metrics = component.GetProperty("metrics")[0];
        var second = metrics.GetProperty("meta").GetProperty("utc_now_timestamp").GetInt64();
        return metrics.GetProperty("items").EnumerateArray().Select(item => (
            second,
            item.GetProperty("name").GetString()!,
            Label(item, "origin"),
            Label(item, "ip_type"),
            item.GetProperty("value").GetInt64()));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
        await Lapi.DisposeAsync();
    }

    private static string? Label(JsonElement item, string name) =>
        item.GetProperty("labels").TryGetProperty(name, out var label) ? label.GetString() : null;

    private static Measurement<long>[] Measure<TKey>(Dictionary<TKey, long> counts, Func<TKey, KeyValuePair<string, object?>[]> tags)
        where TKey : notnull
    {
        lock (counts) return [.. counts.Select(entry => new Measurement<long>(entry.Value, tags(entry.Key)))];
    }
}

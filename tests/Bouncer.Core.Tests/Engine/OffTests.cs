using System.Net;
using Bouncer.Testing;
using Bouncer.TestUtils;
using Bouncer.UsageMetrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Bouncer.Tests.Engine;

/// <summary>An engine that uses no decisions.</summary>
public sealed class OffTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_WithoutLapi_TrustsAndLooksNothingUp()
    {
        await using var services = Build(("Sync:Mode", "Off"), ("TrustedNetworks:0", "203.0.113.0/24"));
        var bouncer = services.GetRequiredService<IBouncer>();
        foreach (var service in services.GetServices<IHostedService>())
        {
            await service.StartAsync(Ct);
        }

        Assert.Equal(VerdictSource.NotChecked, (await bouncer.CheckAsync(IPAddress.Parse("192.0.2.1"), Ct)).Source);
        Assert.Equal(VerdictSource.Trusted, (await bouncer.CheckAsync(IPAddress.Parse("203.0.113.1"), Ct)).Source);
        Assert.Equal(VerdictSource.Unresolved, (await bouncer.CheckAsync(null, Ct)).Source);
        Assert.Empty(bouncer.CheckAll(IPAddress.Parse("192.0.2.1")));
        Assert.True(bouncer.Status is { Mode: BouncerMode.Off, IsReady: true, IsStale: false, LastError: null });
        Assert.Equal(
            "192.0.2.1 passes: Bouncer:Sync:Mode leaves decisions out.\n\nLAPI is not asked for decisions.",
            bouncer.Explain(IPAddress.Parse("192.0.2.1")).ToString().ReplaceLineEndings("\n"));
        foreach (var service in services.GetServices<IHostedService>().Reverse())
        {
            await service.StopAsync(Ct);
        }
    }

    [Fact]
    public async Task Usage_WithLapi_IsReportedAndNothingElseIsAsked()
    {
        await using var lapi = await LocalApiServer.StartAsync(cancellationToken: Ct);
        var clock = new TestClock();
        await using var services = Build(clock, ("Sync:Mode", "Off"), ("Lapi:Url", lapi.Url.ToString()), ("Lapi:ApiKey", lapi.ApiKey));
        var reporter = services.GetServices<IHostedService>().OfType<UsageReporter>().Single();
        await reporter.StartAsync(Ct);

        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return lapi.Requests.Count > 0;
        });

        await reporter.StopAsync(Ct);
        Assert.All(lapi.Requests, request => Assert.Equal("/v1/usage-metrics", request.PathAndQuery));
    }

    [Theory]
    [InlineData("Off", null, null, null)]
    [InlineData("Off", null, "key", null)]
    [InlineData("Off", "http://127.0.0.1:8080/", "key", null)]
    [InlineData("Off", "http://127.0.0.1:8080/", null, "Bouncer:Lapi:ApiKey is missing")]
    [InlineData("Off", "nonsense:", "key", "Bouncer:Lapi:Url")]
    [InlineData("Live", null, "key", "Bouncer:Lapi:Url is missing")]
    public async Task Lapi_IsRequiredAsFarAsItIsUsed(string mode, string? url, string? key, string? error)
    {
        await using var services = Build(("Sync:Mode", mode), ("Lapi:Url", url), ("Lapi:ApiKey", key));
        var failure = Record.Exception(() => services.GetRequiredService<IOptions<BouncerOptions>>().Value);
        Assert.Equal(error is null, failure is null);
        Assert.Contains(error ?? "", failure?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_FromStreamToOffWithoutLapi_KeepsLapiUntilTheNextStart()
    {
        await using var services = Build(("Lapi:Url", "http://127.0.0.1:1/"), ("Lapi:ApiKey", "key"));
        var settings = services.GetRequiredService<IOptionsMonitor<BouncerOptions>>();
        Assert.Equal(BouncerMode.Stream, settings.CurrentValue.Sync.Mode);
        var configuration = services.GetRequiredService<IConfigurationRoot>();

        (configuration["Bouncer:Sync:Mode"], configuration["Bouncer:Lapi:Url"], configuration["Bouncer:TrustedNetworks:0"]) = ("Off", null, "203.0.113.0/24");
        configuration.Reload();

        Assert.Equal((BouncerMode.Stream, "http://127.0.0.1:1/"), (settings.CurrentValue.Sync.Mode, settings.CurrentValue.Lapi.Url?.ToString()));
        Assert.Equal(["203.0.113.0/24"], settings.CurrentValue.TrustedNetworks!);
    }

    private static ServiceProvider Build(params (string Key, string? Value)[] settings) => Build(new TestClock(), settings);

    private static ServiceProvider Build(TestClock clock, params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Where(entry => entry.Value is not null).ToDictionary(entry => "Bouncer:" + entry.Key, entry => entry.Value)).Build();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(configuration);
        services.AddBouncerCore(configuration.GetSection("Bouncer"));
        return services.BuildServiceProvider();
    }
}

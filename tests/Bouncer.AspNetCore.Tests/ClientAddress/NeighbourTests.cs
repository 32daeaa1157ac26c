using System.Net;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.ClientAddress;

/// <summary>A proxy on this machine or in this network that is not named is noticed, in whichever header it names its clients:
/// without, all of them are trusted as the proxy is, and nothing is enforced.</summary>
public sealed class NeighbourTests
{
    [Theory]
    [InlineData("X-Forwarded-For", "192.0.2.66")]
    [InlineData("X-Real-IP", "192.0.2.66")]
    [InlineData("Forwarded", "for=192.0.2.66")]
    [InlineData("CF-Connecting-IP", "192.0.2.66")]
    public async Task U15_ProxyThatIsNotNamed_IsLoggedOnceAndDegradesThePipeline(string header, string value)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await StartAsync(lapi, logs, ("Bouncer:Proxies:Networks", "192.0.2.1"));
        Assert.Equal((HealthStatus.Healthy, "known"), await HealthAsync(site));

        await SendAsync(site, (header, value));
        await SendAsync(site, (header, value));
        Assert.Equal(1, logs.Count(EventIds.NeighbourIgnored));
        Assert.Equal((HealthStatus.Degraded, "missing"), await HealthAsync(site));

        site.App.Configuration["Bouncer:Proxies:Networks"] = "loopback";
        ((IConfigurationRoot)site.App.Configuration).Reload();
        Assert.Equal((HealthStatus.Healthy, "known"), await HealthAsync(site));
    }

    /// <summary>What a named proxy sends is no finding, nor is a client in this network behind it.</summary>
    [Theory]
    [InlineData("192.0.2.7")]
    [InlineData("10.0.0.7")]
    public async Task U15_ProxyThatIsNamed_IsNoFinding(string client)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        foreach (var way in new[] { "loopback", "" })
        {
            await using var site = await StartAsync(lapi, logs, [.. way.Length > 0 ? [("Bouncer:Proxies:Networks", way)] : Array.Empty<(string, string)>()]);
            await SendAsync(site, ("X-Forwarded-For", client), ("X-Real-IP", client));
            await SendAsync(site);
            Assert.Equal(0, logs.Count(EventIds.NeighbourIgnored));
            Assert.Equal((HealthStatus.Healthy, "known"), await HealthAsync(site));
        }
    }

    [Fact]
    public async Task U15_OptionsOfTheirOwnThatFindTheClient_AreNoFinding()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var logs = new FakeLogCollector();
        await using var site = await OneLineSite.StartAsync(lapi, builder => OwnForwarding.AddTo(builder, logs));
        await SendAsync(site, ("X-Forwarded-For", "10.0.0.7"), ("X-Real-IP", "10.0.0.7"));
        Assert.Equal(0, logs.Count(EventIds.NeighbourIgnored));
    }

    [Theory]
    [InlineData("Bouncer:Proxies:Network")]
    [InlineData("Bouncer:Proxies:network:0")]
    public async Task U15_KeyThatIsNoSetting_StopsTheStart(string key)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => OneLineSite.StartAsync(lapi, (key, "loopback")));
        Assert.Contains("Proxies:network is not a setting. Did you mean Bouncer:Proxies:Networks?", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Bouncer:Proxies:Networks:0:Address", "Bouncer:Proxies:Networks:0 is a section or a list")]
    [InlineData("Bouncer:Proxies:MaxHops:a", "Bouncer:Proxies:MaxHops is a section or a list")]
    [InlineData("Bouncer:Proxies:Header:x", "Bouncer:Proxies:Header is a section or a list")]
    [InlineData("Bouncer:Proxies:ForwardHost:0", "Bouncer:Proxies:ForwardHost is a section or a list")]
    public async Task U15_AnotherShapeThanTheSettings_StopsTheStart(string key, string message)
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => OneLineSite.StartAsync(lapi, (key, "loopback")));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task U15_ValueInPlaceOfTheSection_StopsTheStart()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        var error = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => OneLineSite.StartAsync(lapi, ("Bouncer:Proxies", "loopback")));
        Assert.Contains("Bouncer:Proxies is a value, not a section.", error.Message, StringComparison.Ordinal);
    }

    private static Task<OneLineSite> StartAsync(LocalApiServer lapi, FakeLogCollector logs, params (string, string)[] settings) => OneLineSite.StartAsync(
        lapi,
        builder =>
        {
            builder.Logging.AddCollector(logs);
            builder.Services.AddBouncer();
            builder.Services.AddHealthChecks().AddBouncer();
        },
        null,
        settings);

    private static async Task<(HealthStatus Status, object Trust)> HealthAsync(OneLineSite site)
    {
        var report = await site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return (report.Status, report.Entries["bouncer-pipeline"].Data["proxyTrust"]);
    }

    private static async Task SendAsync(OneLineSite site, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = new Uri(site.App.Urls.First()) };
        foreach (var (name, value) in headers)
        {
            http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        using var answer = await http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}

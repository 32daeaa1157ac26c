using System.Net;
using Bouncer.Testing;
using Bouncer.TestUtils;

namespace Bouncer.PublishingTests;

/// <summary>The programs compiled ahead of time do what the others do.</summary>
public sealed class NativeProgramTests(NativePrograms programs)
{
    private const string Banned = "192.0.2.10";
    private const string Clean = "203.0.113.1";

    [Fact]
    public async Task MinimalWeb_RefusesABannedClient()
    {
        var program = await programs.MinimalWebAsync();
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Banned);

        await using var site = await SiteProcess.StartAsync(program, new Dictionary<string, string?>(SettingsFor(lapi))
        {
            ["Bouncer:Proxies:Networks:0"] = "loopback",
        });

        Assert.Equal(HttpStatusCode.Forbidden, await site.StatusForAsync(Banned));
        Assert.Equal(HttpStatusCode.OK, await site.StatusForAsync(Clean));
    }

    [Fact]
    public async Task Gateway_RefusesAndServesItsStartPage()
    {
        await using var gateway = await GatewayProcess.StartAsync(program: await programs.GatewayAsync());

        Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync(Banned));
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusForAsync(Clean));
        using var page = await gateway.GetAsync("/.bouncer/");
        Assert.Contains("<title>Bouncer gateway</title>", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Firewall_PlansWhatLapiDecided()
    {
        var program = await programs.FirewallAsync();
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add(Banned);

        var (exitCode, output, errors) = await WorkerProcess.RunAsync(program, SettingsFor(lapi), "plan", "--full");

        Assert.True(exitCode == 0, errors);
        Assert.Contains(Banned, output, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> SettingsFor(LocalApiServer lapi) => new()
    {
        ["Bouncer:Lapi:Url"] = lapi.Url.ToString(),
        ["Bouncer:Lapi:ApiKey"] = lapi.ApiKey,
    };
}

using Bouncer.AspNetCore.Geo;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Bouncer.AspNetCore.Tests.Geo;

/// <summary>Databases that change while the application runs.</summary>
public sealed class GeoReloadTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FileChanged_IsReadAgain(bool isRenamed)
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock);
        Assert.Equal("403", await site.SendAsync(GeoSite.German));

        await ChangeAsync(site, clock, GeoSite.Countries("SE").ToArray(), isRenamed);

        Assert.Equal("200", await site.SendAsync(GeoSite.German));
        Assert.Equal(3, site.Site.Logs.Count(EventIds.GeoDatabaseRead));
    }

    [Fact]
    public async Task FileBroken_TheFormerStaysWithOneWarningUntilItIsWhole()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock);
        var whole = GeoSite.Countries("SE").ToArray();
        foreach (var part in (int[])[10, whole.Length / 2])
        {
            await ChangeAsync(site, clock, whole[..part], isRenamed: false);
            Assert.Equal("403", await site.SendAsync(GeoSite.German));
        }

        var warning = Assert.Single(site.Site.Logs.Lines, line => line.Id == EventIds.GeoDatabaseUnusable).Text;
        Assert.Contains(site.CountryDatabase, warning, StringComparison.Ordinal);
        Assert.Contains("its end is missing", warning, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(site));

        await ChangeAsync(site, clock, whole, isRenamed: false);
        Assert.Equal("200", await site.SendAsync(GeoSite.German));
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(site));
    }

    [Fact]
    public async Task FileGone_TheFormerStaysWithOneWarning()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock);
        File.Delete(site.CountryDatabase);
        await LookAsync(clock);
        await LookAsync(clock);
        Assert.Equal("403", await site.SendAsync(GeoSite.German));
        Assert.Equal(1, site.Site.Logs.Count(EventIds.GeoDatabaseUnusable));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(site));
    }

    /// <summary>As by a tool that sets the time of what it copies.</summary>
    [Fact]
    public async Task FileChanged_WithTheSameLengthAndTime_IsReadAgain()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock);
        var (length, before) = (new FileInfo(site.CountryDatabase).Length, File.GetLastWriteTimeUtc(site.CountryDatabase));
        GeoSite.Countries("SE").Save(site.CountryDatabase);
        File.SetLastWriteTimeUtc(site.CountryDatabase, before);
        Assert.Equal(length, new FileInfo(site.CountryDatabase).Length);
        await LookAsync(clock);

        Assert.Equal("200", await site.SendAsync(GeoSite.German));
    }

    [Fact]
    public async Task FileBecomesANamedPipe_TheFormerStaysWithOneWarning()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock);
        File.Delete(site.CountryDatabase);
        await NamedPipe.CreateAsync(site.CountryDatabase);
        await LookAsync(clock);
        await LookAsync(clock);

        Assert.Equal("403", await site.SendAsync(GeoSite.German));
        Assert.Contains("it cannot be read: the file is empty. What", Assert.Single(site.Site.Logs.Lines, line => line.Id == EventIds.GeoDatabaseUnusable).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileUnchanged_IsNotReadAgain()
    {
        var clock = new TestClock();
        await using var site = await StartAsync(clock);
        await LookAsync(clock);
        Assert.Equal(2, site.Site.Logs.Count(EventIds.GeoDatabaseRead));
    }

    private static Task<GeoSite> StartAsync(TestClock clock) =>
        GeoSite.StartAsync(lapi => lapi.Decide(DecisionScope.Country, "DE", Remediation.Ban), clock: clock);

    private static async Task ChangeAsync(GeoSite site, TestClock clock, byte[] content, bool isRenamed)
    {
        var path = isRenamed ? site.CountryDatabase + ".new" : site.CountryDatabase;
        var before = File.GetLastWriteTimeUtc(site.CountryDatabase);
        await File.WriteAllBytesAsync(path, content);

        // As if it were a later day, whatever the file system's clock counts in.
        File.SetLastWriteTimeUtc(path, before.AddDays(1));
        if (isRenamed)
        {
            File.Move(path, site.CountryDatabase, overwrite: true);
        }

        await LookAsync(clock);
    }

    /// <summary>Lets one look happen, and returns when it is done.</summary>
    private static async Task LookAsync(TestClock clock)
    {
        await Eventually.TrueAsync(() => clock.IsArmedIn(GeoWatch.Pause));
        clock.Advance(GeoWatch.Pause);
    }

    private static async Task<HealthStatus> HealthAsync(GeoSite site) =>
        (await site.Site.App.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "bouncer-geo")).Entries["bouncer-geo"].Status;
}

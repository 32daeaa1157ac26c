using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using static Bouncer.Yarp.Tests.ProxyBench;

namespace Bouncer.Yarp.Tests;

public sealed class BouncerReverseProxyBuilderExtensionsTests
{
    [Fact]
    public async Task AddBouncer_CalledTwice_TellsOneVerdict()
    {
        await using var bench = await StartAsync(new { a = Route("/a") }, register: builder => builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddBouncer().AddBouncer(options => options.VerdictHeaderName = "X-Second"));

        Assert.Equal(200, await bench.StatusAsync("/a/x", Clean));
        Assert.Empty(bench.Upstream.VerdictsSeen);
        Assert.Equal(["allow"], bench.Upstream.Values("X-Second"));
    }

    [Fact]
    public async Task AddBouncer_SettingsGivenBefore_StandAlone()
    {
        // The section that stands in the file is valid; were it read as well, the settings in code would not be alone.
        await using var bench = await StartAsync(new { a = Route("/a") }, new { DryRun = true }, builder =>
        {
            var lapi = builder.Configuration.GetSection("Bouncer:Lapi");
            builder.Services.AddBouncer(options =>
            {
                options.Lapi.Url = new Uri(lapi["Url"]!);
                options.Lapi.ApiKey = lapi["ApiKey"];
            });
            AddProxy(builder);
        });

        Assert.Equal(403, await bench.StatusAsync("/a/x", Banned));
    }

    [Theory]
    [InlineData("")]
    [InlineData("X Verdict")]
    [InlineData("X-Verdict:")]
    [InlineData("X-Verdict\r\nX-Other")]
    [InlineData("Prüfung")]
    [InlineData("host")]
    [InlineData("Content-Length")]
    public void Validate_NoHeaderName_Fails(string name)
    {
        var result = new YarpBouncerOptionsValidator().Validate(null, new YarpBouncerOptions { VerdictHeaderName = name });

        Assert.True(result.Failed);
    }

    [Fact]
    public async Task Start_BadHeaderName_Fails()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(new { a = Route("/a") }, register: builder => builder.Services
            .AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddBouncer(options => options.VerdictHeaderName = "no name")));

        Assert.Contains("VerdictHeaderName 'no name'", error.ToString(), StringComparison.Ordinal);
    }
}

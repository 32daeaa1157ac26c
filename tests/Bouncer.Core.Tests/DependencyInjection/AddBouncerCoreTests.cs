using System.Net;
using Bouncer.Sync;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;

namespace Bouncer.Tests.DependencyInjection;

public sealed class AddBouncerCoreTests
{
    [Fact]
    public void Add_Twice_RegistersOneSynchroniser()
    {
        var services = new ServiceCollection();
        services.AddBouncerCore(Configure);
        services.AddBouncerCore(Configure);
        using var provider = services.BuildServiceProvider();

        Assert.Single(provider.GetServices<IHostedService>().OfType<DecisionSynchronizer>());
        Assert.Single(provider.GetServices<IBouncer>());
        Assert.Single(provider.GetServices<IDecisionStore>());
    }

    [Fact]
    public void Add_AfterABouncerOfTheUsersOwn_LeavesIt()
    {
        var own = Substitute.For<IBouncer>();
        var services = new ServiceCollection();
        services.AddSingleton(own);
        services.AddBouncerCore(Configure);
        using var provider = services.BuildServiceProvider();

        Assert.Same(own, provider.GetRequiredService<IBouncer>());
    }

    [Fact]
    public void Add_WithoutASection_ReadsTheHostsConfiguration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = "http://127.0.0.1:1/",
            ["Bouncer:Lapi:ApiKey"] = "k",
            ["Bouncer:Sync:Mode"] = "Live",
        }).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddBouncerCore();
        services.AddBouncerCore();
        using var provider = services.BuildServiceProvider();

        Assert.Equal(BouncerMode.Live, provider.GetRequiredService<IBouncer>().Status.Mode);
        Assert.Single(provider.GetServices<IOptionsChangeTokenSource<BouncerOptions>>());
    }

    [Fact]
    public void DefineRemediation_OfNoneOrWithoutStrength_Throws()
    {
        var builder = new ServiceCollection().AddBouncerCore(Configure);

        Assert.Throws<ArgumentException>(() => builder.DefineRemediation(Remediation.None, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.DefineRemediation(new Remediation("tarpit"), 0));
    }

    [Fact]
    public async Task Host_WithBadSettings_DoesNotStart()
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddBouncerCore(options => options.Lapi.Url = null)).Build();

        var error = await Assert.ThrowsAnyAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Bouncer:Lapi:Url", error.Message, StringComparison.Ordinal);
        Assert.Contains("Bouncer:Lapi:ApiKey", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_WithLapiDown_StartsAndStops()
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddBouncerCore(options =>
        {
            Configure(options);
            options.Sync.StartupTimeout = TimeSpan.Zero;
        })).Build();

        await host.StartAsync(TestContext.Current.CancellationToken);
        var verdict = await host.Services.GetRequiredService<IBouncer>().CheckAsync(IPAddress.Parse("192.0.2.1"), TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.True(verdict.IsAllowed);
    }

    private static void Configure(BouncerOptions options)
    {
        options.Lapi.Url = new Uri("http://127.0.0.1:1/");
        options.Lapi.ApiKey = "key";
    }
}

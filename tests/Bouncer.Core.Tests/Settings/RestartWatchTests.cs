using Bouncer.Settings;
using Bouncer.TestUtils;
using Bouncer.Tests.Sync;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Settings;

public sealed class RestartWatchTests : IAsyncDisposable
{
    private readonly FakeLogCollector _log = new();
    private readonly IConfigurationRoot _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Bouncer:Lapi:Url"] = "http://127.0.0.1:1/",
        ["Bouncer:Lapi:ApiKey"] = "0123456789abcdef",
        ["Bouncer:TrustedNetworks:0"] = "10.0.0.0/8",
    }).Build();

    private readonly ServiceProvider _services;
    private readonly RestartWatch _watch;

    public RestartWatchTests()
    {
        var services = new ServiceCollection();
        services.AddBouncerCore(_configuration.GetSection("Bouncer"));
        services.AddSingleton(new AdapterSection("Adapter:Some") { IsReadOnce = true }).AddSingleton(new AdapterSection("Adapter:Some") { IsReadOnce = true });
        services.AddLogging(logging => logging.AddCollector(_log));
        _services = services.BuildServiceProvider();
        _watch = _services.GetServices<IHostedService>().OfType<RestartWatch>().Single();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task U9_Reload_ChangedSettings_AreNamedOnceAndWithoutTheirValues()
    {
        await _watch.StartAsync(TestContext.Current.CancellationToken);

        Change(("Bouncer:FallbackRemediation", "captcha"), ("Bouncer:Live:Timeout", "00:00:02"), ("Bouncer:Sync:Mode", "Live"), ("Bouncer:Sync:Startup", "BlockUntilReady"));
        _configuration.Reload();

        Assert.Equal(["Changed settings that take effect at the next start: Bouncer:FallbackRemediation, Bouncer:Live:Timeout, Bouncer:Sync:Mode, Bouncer:Sync:Startup."], Texts());
    }

    [Fact]
    public async Task Reload_SettingsThatAreFollowedOrNotOurs_AreNotNamed()
    {
        await _watch.StartAsync(TestContext.Current.CancellationToken);

        Change(("Bouncer:Http:DryRun", "true"), ("Bouncer:Adapter:Other", "true"), ("Bouncer:Sync:Interval", "00:00:30"), ("Bouncer:Lapi:ApiKey", "k"), ("Bouncer:TrustedNetworks:1", "192.0.2.0/24"), ("Logging:LogLevel:Default", "Debug"));

        Assert.Empty(Texts());
    }

    [Fact]
    public async Task Reload_WhatAnAdapterReadsOnce_IsNamed()
    {
        await _watch.StartAsync(TestContext.Current.CancellationToken);

        Change(("Bouncer:Adapter:Some:Types:0", "captcha"), ("Bouncer:EmbeddedIPv4:0", "nat64"));

        Assert.Equal("Changed settings that take effect at the next start: Bouncer:Adapter:Some:Types:0, Bouncer:EmbeddedIPv4:0.", Assert.Single(Texts()));
    }

    [Fact]
    public async Task Reload_AfterOneThatWasTakenBack_IsNamedAgain()
    {
        await _watch.StartAsync(TestContext.Current.CancellationToken);

        Change(("Bouncer:Sync:StartupTimeout", "00:00:30"));
        Change(("Bouncer:Sync:StartupTimeout", null));
        Change(("Bouncer:Sync:StartupTimeout", "00:00:30"));

        Assert.Equal(2, Texts().Count());
    }

    [Fact]
    public async Task Reload_AfterTheStop_IsNotLookedAt()
    {
        await _watch.StartAsync(TestContext.Current.CancellationToken);
        await _watch.StopAsync(TestContext.Current.CancellationToken);

        Change(("Bouncer:Sync:StartupTimeout", "00:00:30"));

        Assert.Empty(Texts());
    }

    private void Change(params (string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            _configuration[key] = value;
        }

        _configuration.Reload();
    }

    private IEnumerable<string> Texts() => _log.Lines.Where(line => line.Id == 1118).Select(line => line.Text);
}

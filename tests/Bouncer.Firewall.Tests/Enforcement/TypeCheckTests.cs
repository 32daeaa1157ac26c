using Bouncer.Firewall.Blocking;
using Bouncer.Firewall.Enforcement;
using Bouncer.Firewall.Tests.Fakes;
using Bouncer.TestUtils;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using NSubstitute;

namespace Bouncer.Firewall.Tests.Enforcement;

/// <summary>The firewall's own settings tell of a slip in them: A4.</summary>
public sealed class TypeCheckTests
{
    private readonly TestClock _clock = new();
    private readonly FakeLogCollector _log = new();
    private readonly IBouncer _bouncer = Substitute.For<IBouncer>();
    private BouncerStatus _status = new() { LastFullSync = null };

    public TypeCheckTests() => _bouncer.Status.Returns(_ => _status);

    [Fact]
    public async Task A4_TypesThatNoDecisionHas_AreNamedOnceAfterTheFirstList()
    {
        var held = new HeldDecisions(_clock);
        held.Add("192.0.2.7", TimeSpan.FromHours(1));
        held.Add("192.0.2.8", TimeSpan.FromHours(1), type: "captcha");
        using var check = await StartAsync(held, ["ban", "captha", "Captcha", "CAPTHA", "mfa"]);
        await Eventually.TrueAsync(() => _clock.ArmedTimers > 0);
        Assert.Empty(_log.Transcript);

        _status = _status with { LastFullSync = _clock.GetUtcNow() };
        _clock.Advance(TimeSpan.FromSeconds(5));
        await check.ExecuteTask!;
        Assert.Equal(["4012 Warning Bouncer:Firewall:Types names 'captha', and no decision has that type.", "4012 Warning Bouncer:Firewall:Types names 'mfa', and no decision has that type."], _log.Transcript);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A4_NothingToReport_IsNotReported(bool hasDecisions)
    {
        _status = _status with { LastFullSync = _clock.GetUtcNow() };
        var held = new HeldDecisions(_clock);
        if (hasDecisions)
        {
            held.Add("192.0.2.7", TimeSpan.FromHours(1), type: "captcha");
        }

        // Nothing is named; or no decision is held, which the engine tells of.
        using var check = await StartAsync(held, hasDecisions ? null : ["captha"]);
        await check.ExecuteTask!;
        Assert.Empty(_log.Transcript);
    }

    [Fact]
    public async Task Reload_ChangedSettingsOfTheFirewall_AreNamed()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Bouncer:Lapi:Url"] = "http://127.0.0.1:1/",
            ["Bouncer:Lapi:ApiKey"] = "0123456789abcdef",
            ["Bouncer:Firewall:Types:0"] = "ban",
        }).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddCollector(_log));
        services.AddBouncerCore(configuration.GetSection("Bouncer")).AddFirewall();
        await using var provider = services.BuildServiceProvider();
        var watch = provider.GetServices<IHostedService>().Single(service => service.GetType().Name == "RestartWatch");
        await watch.StartAsync(TestContext.Current.CancellationToken);

        configuration["Bouncer:Firewall:Types:1"] = "captcha";
        configuration["Bouncer:Firewall:Nftables:Verdict"] = "Reject";
        configuration.Reload();

        Assert.Equal(["1118 Warning Changed settings that take effect at the next start: Bouncer:Firewall:Nftables:Verdict, Bouncer:Firewall:Types:1."], _log.Transcript);
    }

    private async Task<TypeCheck> StartAsync(HeldDecisions held, string[]? types)
    {
        var services = new ServiceCollection()
            .AddLogging(logging => logging.AddCollector(_log))
            .AddSingleton(_bouncer)
            .AddSingleton<IDecisionStore>(held)
            .AddSingleton(new ListedTypes(Options.Create(new FirewallOptions { Types = types })))
            .BuildServiceProvider();
        var check = new TypeCheck(services, _clock);
        await check.StartAsync(TestContext.Current.CancellationToken);
        return check;
    }
}

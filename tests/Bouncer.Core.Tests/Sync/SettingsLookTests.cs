using Bouncer.TestUtils;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.Tests.Sync;

/// <summary>What the log says of settings that are valid and do not do what they look like: A4 and its kind.</summary>
public sealed class SettingsLookTests
{
    private readonly FakeLogCollector _log = new();

    [Theory]
    [InlineData("whitelist")]
    [InlineData("allow")]
    [InlineData("ALLOWLIST")]
    [InlineData("bypass")]
    [InlineData("pass")]
    [InlineData("Accept")]
    [InlineData("none")]
    public async Task R4_ATypeThatMeansToLetPass_BansNoClientAndIsLoggedOnce(string type)
    {
        await using var sync = Fixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.10", type, id: 1), sync.Make.Make("192.0.2.11", type, id: 2)]);
        sync.Lapi.Then([sync.Make.Make("192.0.2.12", type, id: 3)]);

        await sync.PullAsync();
        await sync.PullAsync();

        Assert.Null(await sync.AskAsync("192.0.2.10"));
        Assert.Null(await sync.AskAsync("192.0.2.12"));
        Assert.Contains($"'{type}'", Assert.Single(Texts(1123)), StringComparison.Ordinal);
        Assert.Empty(Texts(1119));
    }

    [Fact]
    public async Task R4_ATypeThatMeansToLetPass_LiftsNoBan()
    {
        await using var sync = Fixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.10", "whitelist", id: 1), sync.Make.Make("192.0.2.0/24", id: 2)]);

        await sync.PullAsync();

        Assert.Equal("ban", await sync.AskAsync("192.0.2.10"));
    }

    [Fact]
    public async Task R4_ATypeThatIsNotDefined_TakesTheFallbackAndIsLoggedOnce()
    {
        await using var sync = Fixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.10", "log", id: 1), sync.Make.Make("192.0.2.11", "captcha", id: 2)]);
        sync.Lapi.Then([sync.Make.Make("192.0.2.12", "log", id: 3)]);

        await sync.PullAsync();
        await sync.PullAsync();

        Assert.Equal("ban", await sync.AskAsync("192.0.2.10"));
        Assert.Equal(
            "LAPI has decisions of the type 'log', which is not defined here: they are treated as 'ban' (Bouncer:FallbackRemediation).",
            Assert.Single(Texts(1119)));
    }

    [Fact]
    public async Task R4_TypesThatAreNotDefined_AreLoggedAlsoInLiveMode()
    {
        await using var sync = Fixture(options => options.Sync.Mode = BouncerMode.Live);
        sync.Lapi.Query = (_, _) => Task.FromResult<IReadOnlyList<Decision>>([sync.Make.Make("192.0.2.10", "log"), sync.Make.Make("192.0.2.10", "allow")]);

        await sync.AskAsync("192.0.2.10");

        Assert.Single(Texts(1119));
        Assert.Single(Texts(1123));
    }

    [Fact]
    public async Task UnknownTypes_WithoutEnd_FillNoLog()
    {
        await using var sync = Fixture();
        sync.Lapi.Then([.. Enumerable.Range(1, 5000).Select(i => sync.Make.Make($"10.0.{i / 256}.{i % 256}", $"type{i}", id: i))]);

        await sync.PullAsync();

        Assert.Equal(100, Texts(1119).Count());
    }

    [Fact]
    public async Task UnknownType_OfAHostileText_IsOneShortLine()
    {
        await using var sync = Fixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.10", "a\r\nforged: \u001b[31m\u202E" + new string('x', 500), id: 1)]);

        await sync.PullAsync();

        var line = Assert.Single(Texts(1119));
        Assert.DoesNotContain(line, char.IsControl);
        Assert.DoesNotContain('\u202E', line);
        Assert.InRange(line.Length, 100, 300);
    }

    [Fact]
    public async Task U5_Filters_ThatLeaveNothing_AreLoggedOnce()
    {
        await using var sync = Fixture(options => (options.Sync.Origins, options.Sync.ScenariosContaining) = (["capi"], ["ssh"]));

        await sync.PullAsync();
        await sync.PullAsync();

        Assert.Contains("(Origins capi; ScenariosContaining ssh)", Assert.Single(Texts(1124)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoFilters_AndNoDecisions_IsNoWarning()
    {
        await using var sync = Fixture();

        await sync.PullAsync();

        Assert.Empty(Texts(1124));
    }

    [Fact]
    public async Task U6_Filters_WithANameThatNoDecisionHas_AreLogged()
    {
        await using var sync = Fixture(options => (options.Sync.Origins, options.Sync.Scopes, options.Sync.ScenariosContaining) =
            (["cscli", "capi", "lists"], ["ip", "usernames"], ["test", "wordpress"]));
        sync.Lapi.Then([sync.Make.Make("192.0.2.10", id: 1), sync.Make.Make("192.0.2.11", id: 2, origin: "lists:firehol")]);

        await sync.PullAsync();

        Assert.Equal(
            [
                "Bouncer:Sync:Scopes names 'usernames', which no decision has. The decisions held have: ip.",
                "Bouncer:Sync:Origins names 'capi', which no decision has. The decisions held have: cscli, lists:firehol.",
                "Bouncer:Sync:ScenariosContaining names 'wordpress', which no decision has. The decisions held have: test.",
            ],
            Texts(1125));
    }

    [Theory]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("::/0", true)]
    [InlineData("::ffff:0:0/96", true)]
    [InlineData("0.0.0.0/1", true)]
    [InlineData("128.0.0.0/1", true)]
    [InlineData("192.0.0.0/7", true)]
    [InlineData("2000::/3", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData("fc00::/7", false)]
    [InlineData("fe80::/10", false)]
    [InlineData("2001:db8::/32", false)]
    public async Task U7_TrustedNetworks_OfAGoodPartOfTheInternet_AreLogged(string network, bool isLogged)
    {
        await using var sync = Fixture(options => options.TrustedNetworks = ["127.0.0.1", network]);

        await sync.Service.StartingAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            isLogged ? [$"Bouncer:TrustedNetworks has {network}, a large part of the internet: its clients always pass, even if there are decisions on them."] : [],
            Texts(1126));
    }

    private SyncFixture Fixture(Action<BouncerOptions>? configure = null) => new(
        configure,
        builder => builder.Services.AddLogging(logging => logging.AddCollector(_log).SetMinimumLevel(LogLevel.Trace)));

    private IEnumerable<string> Texts(int id) => _log.Lines.Where(line => line.Id == id).Select(line => line.Text);
}

using Bouncer.AspNetCore.ClientAddress;
using Bouncer.AspNetCore.Requests;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>Files that are wrong in a part, or missing while a key comes from elsewhere.</summary>
public sealed class ReloadTogetherTests : IDisposable
{
    private const string Status = "Bouncer:Http:Ban:StatusCode";
    private const string Networks = "Bouncer:Proxies:Networks";

    private readonly FakeLogCollector _logs = new();
    private readonly LiveSettings _file = new();
    private readonly ServiceProvider _services;

    public ReloadTogetherTests()
    {
        var configuration = new ConfigurationBuilder().Add(_file).AddInMemoryCollection(
        [
            new("Bouncer:Lapi:Url", "http://127.0.0.1:8080/"), new("Bouncer:Lapi:ApiKey", "key"), new("Bouncer:Http:LogRefusals", "true"),
        ]).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration).AddMetrics().AddLogging(logging => logging.AddCollector(_logs));
        services.AddBouncer();
        _services = services.BuildServiceProvider();
    }

    private HttpSettings Http => _services.GetRequiredService<HttpSettingsProvider>().Current;

    private ProxyTrust Proxies => _services.GetRequiredService<ProxyTrustMonitor>().Current;

    private (int Refused, int Http, int Proxies) Logged =>
        (_logs.Count(EventIds.ReloadRefused), _logs.Count(EventIds.Reloaded), _logs.Count(EventIds.ProxiesReloaded));

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData(Networks, "10.0.0.0/33", "9.0.0.0/8")]
    [InlineData(Networks, null, "9.0.0.0/8")]
    [InlineData(Status, "200", "404")]
    public void U10_APartThatIsWrong_KeepsTheOtherOutUntilItIsRepaired(string key, string? wrong, string right)
    {
        Start((Status, "410"), (Networks, "8.0.0.0/8"));

        Reload((Status, "404"), (Networks, "9.0.0.0/8"), (key, wrong));
        Assert.Equal((410, "8.0.0.0/8"), (Http.Options.Ban.StatusCode, Assert.Single(Proxies.Networks).ToString()));
        Assert.Equal((1, 0, 0), Logged);

        Reload((key, right));
        Assert.Equal((404, "9.0.0.0/8"), (Http.Options.Ban.StatusCode, Assert.Single(Proxies.Networks).ToString()));
        Assert.Equal((1, 1, 1), Logged);
    }

    /// <summary>U10: what is left comes from the environment, as it may beside a file that is deleted.</summary>
    [Theory]
    [InlineData("Mfa:UserNameClaim")]
    [InlineData("Policies:other:Maximum")]
    public void U10_AMissingFile_IsRefusedWhileAKeyComesFromElsewhere(string second)
    {
        var value = second.EndsWith("Maximum", StringComparison.Ordinal) ? "captcha" : "name";
        (string, string?)[] all = [("Bouncer:Http:Policies:default:Map:throttle", "ban"), ("Bouncer:Http:" + second, value)];
        Start(all);
        var before = Http;

        Reload([.. all.Select(static setting => (setting.Item1, (string?)null))]);
        Assert.Same(before, Http);
        var refused = Assert.Single(_logs.Lines, line => line.Id == EventIds.ReloadRefused).Text;
        Assert.Contains("Bouncer:Http:Policies", refused, StringComparison.Ordinal);
        Assert.Contains("remove one policy or key after the other, or restart", refused, StringComparison.Ordinal);

        // As the message says.
        Reload(all[0]);
        Reload((all[0].Item1, null), all[1]);
        Reload((all[1].Item1, null));
        Assert.Empty(Http.Options.Policies);
        Assert.Null(Http.Options.Mfa.UserNameClaim);
        Assert.Equal(1, Logged.Refused);
    }

    [Theory]
    [InlineData("Bouncer:Http:Policies:strict:Maximum")]
    [InlineData("Bouncer:Http:Policies:strict")]
    [InlineData("Bouncer:Http:Mfa:UserNameClaim")]
    [InlineData("Bouncer:Http:Mfa")]
    public void U10_OnePolicyOrKeyOrSectionLess_IsTaken(string gone)
    {
        (string Key, string? Value)[] all =
        [
            ("Bouncer:Http:Policies:strict:Maximum", "captcha"), ("Bouncer:Http:Policies:strict:DryRun", "true"),
            ("Bouncer:Http:Policies:other:Maximum", "captcha"), ("Bouncer:Http:Mfa:UserNameClaim", "name"), ("Bouncer:Http:Mfa:MaxAge", "00:10:00"),
        ];
        Start(all);

        Reload([.. all.Where(setting => setting.Key.StartsWith(gone, StringComparison.Ordinal)).Select(static setting => (setting.Key, (string?)null))]);

        Assert.Equal((0, 1), (Logged.Refused, Logged.Http));
    }

    [Fact]
    public void U10_TheOnlyPolicyLess_IsTaken()
    {
        Start(("Bouncer:Http:Policies:strict:Maximum", "captcha"), ("Bouncer:Http:Policies:strict:DryRun", "true"));

        Reload(("Bouncer:Http:Policies:strict:Maximum", null), ("Bouncer:Http:Policies:strict:DryRun", null));

        Assert.Empty(Http.Options.Policies);
        Assert.Equal((0, 1), (Logged.Refused, Logged.Http));
    }

    private void Start(params (string Key, string? Value)[] settings)
    {
        Set(settings);
        _file.Reload();
        _ = (Http, Proxies);
    }

    private void Reload(params (string Key, string? Value)[] settings)
    {
        Set(settings);
        _file.Reload();
    }

    private void Set((string Key, string? Value)[] settings)
    {
        foreach (var (key, value) in settings)
        {
            _file[key] = value;
        }
    }
}

using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Bouncer.AspNetCore.Tests.Hosting;

public sealed class RuleCheckTests
{
    private readonly FakeLogCollector _logs = new();

    private IEnumerable<string> Logged => _logs.Lines.Where(line => line.Id == EventIds.UnusedRule).Select(line => line.Text);

    [Theory]
    [InlineData("Origin", "capi-list", "origin")]
    [InlineData("Type", "bann", "type")]
    [InlineData("Scenario", "crowdsec/ssh-*", "scenario")]
    public async Task U6_Start_ARuleThatNamesWhatNoDecisionHas_IsLogged(string member, string name, string part)
    {
        await using var lapi = await StartLapiAsync();
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder => builder.Logging.AddCollector(_logs),
            null,
            ("Bouncer:Http:Policies:shop:Rules:0:" + member, name),
            ("Bouncer:Http:Policies:shop:Rules:0:Remediation", "captcha"),
            ("Bouncer:Http:Policies:shop:Rules:1:Type", "ban"),
            ("Bouncer:Http:Policies:shop:Rules:1:Remediation", "captcha"));

        await AreLoggedAsync(1);

        Assert.Equal([$"A rule of the policy shop names the {part} '{name}', which no decision has."], Logged);
    }

    [Fact]
    public async Task U6_Start_ATreatedTypeThatIsNoneAndNoDecisionHas_IsLogged()
    {
        await using var lapi = await StartLapiAsync();
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder => builder.Logging.AddCollector(_logs),
            null,
            ("Bouncer:Http:Policies:shop:Map:bann", "none"),
            ("Bouncer:Http:Policies:shop:Map:ban", "captcha"),
            ("Bouncer:Http:Policies:shop:Map:enforce_mfa", "ban"),
            ("Bouncer:Http:Policies:shop:Map:captcha", "ban"));

        await AreLoggedAsync(1);

        Assert.Equal(["A rule of the policy shop names the treated type 'bann', which no decision has."], Logged);
    }

    [Fact]
    public async Task U10_Reload_ARuleThatNamesWhatNoDecisionHas_IsLoggedOnce()
    {
        await using var lapi = await StartLapiAsync();
        await using var site = await OneLineSite.StartAsync(
            lapi,
            builder =>
            {
                builder.Logging.AddCollector(_logs);
                builder.Services.AddBouncer();
            },
            null,
            ("Bouncer:Http:Policies:shop:Rules:0:Origin", "first"),
            ("Bouncer:Http:Policies:shop:Rules:0:Remediation", "captcha"));
        await AreLoggedAsync(1);

        foreach (var origin in new[] { "nosuch", "cscli", "first" })
        {
            site.App.Configuration["Bouncer:Http:Policies:shop:Rules:1:Origin"] = origin;
            site.App.Configuration["Bouncer:Http:Policies:shop:Rules:1:Remediation"] = "ban";
            ((IConfigurationRoot)site.App.Configuration).Reload();
            await AreLoggedAsync(2);
        }

        Assert.Equal(
            ["A rule of the policy shop names the origin 'first', which no decision has.", "A rule of the policy shop names the origin 'nosuch', which no decision has."],
            Logged);
    }

    private static async Task<LocalApiServer> StartLapiAsync()
    {
        var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.66", TimeSpan.FromHours(1));
        return lapi;
    }

    private Task AreLoggedAsync(int count) => Eventually.TrueAsync(() => Logged.Count() == count);
}

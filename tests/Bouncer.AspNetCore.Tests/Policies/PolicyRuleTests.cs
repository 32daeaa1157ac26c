using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Configuration;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bouncer.AspNetCore.Tests.Policies;

/// <summary>What policies make of decisions by type, origin and scenario, of several decisions on one client, and of
/// everything above a cap.</summary>
public sealed class PolicyRuleTests
{
    private const string Client = "198.51.100.9";
    private static readonly Remediation Tarpit = new("tarpit");

    [Theory]
    [InlineData("CAPI", "crowdsecurity/http-probing", "tarpit")]
    [InlineData("capi", "anything", "tarpit")]
    [InlineData("lists", "firehol_cruzit", "none")]
    [InlineData("lists:firehol", "", "none")]
    [InlineData("listserver", "", "ban")]
    [InlineData("crowdsec", "crowdsecurity/ssh-bf", "tarpit")]
    [InlineData("crowdsec", "crowdsecurity/SSH-slow-bf", "tarpit")]
    [InlineData("crowdsec", "ssh", "ban")]
    [InlineData("cscli", "manual", "ban")]
    [InlineData("", "", "ban")]
    public async Task Rules_ByOriginAndScenario_DecideWhatIsDone(string origin, string scenario, string expected)
    {
        await using var site = await StartAsync(
            policy => policy.MapOrigin("CAPI", Tarpit).MapOrigin("lists", Remediation.None).MapScenario("crowdsecurity/ssh-*", Tarpit),
            On(Remediation.Ban, origin, scenario));
        Assert.Equal(expected, await AppliedAsync(site));
    }

    [Fact]
    public async Task Rules_FirstThatIsTrueCounts_AndWinsOverTreat()
    {
        await using var site = await StartAsync(
            policy => policy
                .Rule(new BouncerPolicyRule { Type = "2fa", Origin = "cscli", Remediation = "tarpit" })
                .Rule(new BouncerPolicyRule { Type = "mfa", Remediation = "none" })
                .Map(Remediation.Mfa, Remediation.Ban),
            On(Remediation.Mfa, "cscli", ""));
        Assert.Equal("tarpit", await AppliedAsync(site));
    }

    /// <summary>The strongest decision is the community's, which a rule softens: the operator's own must not go down with
    /// it.</summary>
    [Fact]
    public async Task Rules_StrongestDecisionSoftened_TheNextOneStillCounts()
    {
        await using var site = await StartAsync(
            policy => policy.MapOrigin("CAPI", Tarpit), On(Remediation.Ban, "CAPI", ""), On(Remediation.Ban, "cscli", ""));
        Assert.Equal("ban", await AppliedAsync(site));
    }

    [Fact]
    public async Task Treat_StrongestDecisionToNone_TheWeakerOneStillCounts()
    {
        await using var site = await StartAsync(
            policy => policy.Map(Remediation.Ban, Remediation.None), On(Remediation.Ban, "CAPI", ""), On(Tarpit, "cscli", ""));
        Assert.Equal("tarpit", await AppliedAsync(site));
    }

    [Fact]
    public async Task Treat_WeakerDecisionMadeStronger_CountsBeforeTheStrongest()
    {
        await using var site = await StartAsync(
            policy => policy.Map(Tarpit, Remediation.Ban).Map(Remediation.Mfa, Remediation.None), On(Remediation.Mfa, "cscli", ""), On(Tarpit, "cscli", ""));
        Assert.Equal("ban", await AppliedAsync(site));
    }

    [Fact]
    public async Task Treat_AsABadRequest_CountsBeforeABan()
    {
        await using var site = await StartAsync(
            policy => policy.Map(Tarpit, new Remediation("refuse")), On(Remediation.Ban, "cscli", ""), On(Tarpit, "cscli", ""));
        using var answer = await site.GetAsync("/", Client);
        Assert.Equal(400, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("ban", "tarpit")]
    [InlineData("tarpit", "tarpit")]
    public async Task Cap_StrongerThanIt_BecomesIt(string type, string expected)
    {
        await using var site = await StartAsync(policy => policy.Maximum(Tarpit), On(new Remediation(type), "cscli", ""));
        Assert.Equal(expected, await AppliedAsync(site));
    }

    [Fact]
    public async Task Cleared_AWeakerDecisionIsThere_IsAppliedNext()
    {
        await using var site = await TestSite.StartAsync(
            b => b.AddRemediation<ClearedHandler>(Remediation.Captcha, 200).AddRemediation<MarkingHandler>(Tarpit, 150),
            decisions: lapi => Put(lapi, Client, On(Remediation.Captcha, "cscli", ""), On(Tarpit, "cscli", "")));
        using var remediations = site.App.Services.Collect("bouncer.remediations");
        using var answer = await site.GetAsync("/", Client);
        Assert.Equal("tarpit", Assert.Single(answer.Headers.GetValues("X-Applied")));
        Assert.Equal(
            [
                ("bouncer.remediation=captcha bouncer.origin=cscli bouncer.policy=default bouncer.outcome=cleared", 1),
                ("bouncer.remediation=tarpit bouncer.origin=cscli bouncer.policy=default bouncer.outcome=continued", 1),
            ],
            remediations.Counts);
    }

    [Fact]
    public async Task Cleared_NothingWeaker_ReachesTheApplication()
    {
        await using var site = await TestSite.StartAsync(
            b => b.AddRemediation<ClearedHandler>(Remediation.Captcha, 200), decisions: lapi => Put(lapi, Client, On(Remediation.Captcha, "cscli", "")));
        using var answer = await site.GetAsync("/", Client);
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Configuration_DefaultPolicyRulesAndCap_Apply()
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Http:Policies:default:Rules:0:Origin"] = "CAPI",
            ["Http:Policies:default:Rules:0:Remediation"] = "tarpit",
            ["Http:Policies:soft:Maximum"] = "tarpit",
        }).Build();
        await using var site = await TestSite.StartAsync(
            b =>
            {
                b.AddRemediation<MarkingHandler>(Tarpit, 150);
                b.Services.BindSection<BouncerHttpOptions>(_ => section, "Http", BouncerHttpOptionsSection.Bind);
            },
            pipeline: app =>
            {
                TestSite.DefaultPipeline(app);
                app.MapGet("/soft", () => "").RequireBouncer("soft");
            },
            decisions: lapi =>
            {
                Put(lapi, Client, On(Remediation.Ban, "CAPI", ""));
                Put(lapi, "198.51.100.10", On(Remediation.Ban, "cscli", ""));
            });
        using var community = await site.GetAsync("/", Client);
        using var own = await site.GetAsync("/", "198.51.100.10");
        using var soft = await site.GetAsync("/soft", "198.51.100.10");
        Assert.Equal((200, 403, 200), ((int)community.StatusCode, (int)own.StatusCode, (int)soft.StatusCode));
    }

    /// <summary>An origin that is empty, as from the environment, would make a rule for some decisions one for all.</summary>
    [Theory]
    [InlineData("Type")]
    [InlineData("Origin")]
    [InlineData("Scenario")]
    public void Rule_InCodeWithAnEmptyCondition_StopsTheStart(string condition)
    {
        var rule = new BouncerPolicyRule { Type = "ban", Origin = "CAPI", Scenario = "a/b", Remediation = "none" };
        typeof(BouncerPolicyRule).GetProperty(condition)!.SetValue(rule, " ");
        using var services = new ServiceCollection().AddBouncer(options => options.Lapi.ApiKey = "key").AddPolicy("x", policy => policy.Rule(rule)).Services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<BouncerHttpOptions>>().Value);
        Assert.Contains($"Policies:x:Rules:0:{condition} is empty", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Rules:0:Remediation", "ban", "Bouncer:Http:Policies:x:Rules:0 has no condition")]
    [InlineData("Rules:0:Origin", "CAPI", "Bouncer:Http:Policies:x:Rules:0:Remediation is empty")]
    [InlineData("Rules:0:Origin", "", "Bouncer:Http:Policies:x:Rules:0:Origin is empty")]
    [InlineData("Rules:0:Type", " ", "Bouncer:Http:Policies:x:Rules:0:Type is empty")]
    [InlineData("Rules:0:Scenario", "", "Bouncer:Http:Policies:x:Rules:0:Scenario is empty")]
    [InlineData("Maximum", "nonsense", "Bouncer:Http:Policies:x:Maximum names the remediation 'nonsense'")]
    public async Task Configuration_Malformed_StopsTheStart(string key, string value, string message)
    {
        var section = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Bouncer:Http:Policies:x:" + key] = value }).Build().GetSection("Bouncer");
        await using var site = await TestSite.CreateAsync(b => b.Services.BindSection<BouncerHttpOptions>(_ => section, "Http", BouncerHttpOptionsSection.Bind));
        var error = await Assert.ThrowsAnyAsync<Exception>(site.RunAsync);
        Assert.Contains(message, error.ToString(), StringComparison.Ordinal);
    }

    private static Task<TestSite> StartAsync(Action<BouncerPolicyBuilder> policy, params (string Type, string Origin, string Scenario)[] decided) => TestSite.StartAsync(
        b => b.AddPolicy("default", policy)
            .AddRemediation<MarkingHandler>(Tarpit, 150)
            .AddRemediation<MarkingHandler>(Remediation.Mfa, 300),
        decisions: lapi => Put(lapi, Client, decided));

    private static async Task<string> AppliedAsync(TestSite site)
    {
        using var answer = await site.GetAsync("/", Client);
        return (int)answer.StatusCode == 403 ? "ban" : answer.Headers.TryGetValues("X-Applied", out var applied) ? applied.Single() : "none";
    }

    private static void Put(DecisionDatabase lapi, string client, params (string Type, string Origin, string Scenario)[] decided) =>
        Array.ForEach(decided, one => lapi.Add(client, type: one.Type, origin: one.Origin, scenario: one.Scenario));

    private static (string Type, string Origin, string Scenario) On(Remediation remediation, string origin, string scenario) => (remediation.Name, origin, scenario);

    private sealed class MarkingHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            context.HttpContext.Response.Headers["X-Applied"] = context.Remediation.Name;
            return new(RemediationResult.Continue);
        }
    }

    private sealed class ClearedHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => new(RemediationResult.Cleared);
    }
}

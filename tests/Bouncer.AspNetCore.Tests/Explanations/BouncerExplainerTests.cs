using System.Net;
using System.Security.Claims;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Explanations;

public sealed class BouncerExplainerTests
{
    private static readonly IPAddress Client = IPAddress.Parse("198.51.100.9");
    private static readonly Remediation Tarpit = new("tarpit");

    [Fact]
    public async Task Explain_PolicyWithMapRuleAndMaximum_NamesTheSettings()
    {
        await using var site = await TestSite.StartAsync(
            b => b.AddPolicy("api", policy => policy.MapOrigin("lists", Remediation.None).Map(Tarpit, Remediation.Ban).Maximum(Remediation.Captcha))
                .AddRemediation<MarkingHandler>(Tarpit, 150),
            decisions: lapi =>
            {
                lapi.Add(Client.ToString(), type: "ban", origin: "lists", scenario: "list");
                lapi.Add(Client.ToString(), type: "tarpit", origin: "cscli", scenario: "manual");
                lapi.Add(Client.ToString(), type: "throttle", origin: "cscli", scenario: "manual");
            });
        var explanation = Explain(site, Client, policy: "API");
        Assert.Equal(
            [
                "tarpit>captcha True Bouncer:Http:Policies:api:Map:tarpit Bouncer:Http:Policies:api:Maximum",
                "throttle>throttle False ",
                "ban>none False Bouncer:Http:Policies:api:Rules:0",
            ],
            explanation.Decisions.Select(one => $"{one.Decision.Type}>{one.Remediation} {one.IsDecisive} {string.Join(' ', one.Settings)}"));
        Assert.Equal((Remediation.Captcha, "api", false), (explanation.Remediation, explanation.Policy, explanation.IsDryRun));
        Assert.StartsWith("198.51.100.9 gets captcha under the policy api: because of decision ", explanation.ToString(), StringComparison.Ordinal);
        Assert.Contains("tarpit (captcha because of Bouncer:Http:Policies:api:Map:tarpit, then Bouncer:Http:Policies:api:Maximum) on 198.51.100.9", explanation.ToString(), StringComparison.Ordinal);
        Assert.Equal((Remediation.Ban, "default"), Explain(site, Client) is var other ? (other.Remediation, other.Policy) : default);
    }

    [Fact]
    public async Task Explain_PolicyWithoutDecisions_ListsThemAsLeftOut()
    {
        await using var site = await TestSite.StartAsync(b => b.AddPolicy("api", policy => policy.Decisions(false)), decisions: lapi => lapi.Ban(Client.ToString()));
        var explanation = Explain(site, Client, policy: "api");
        Assert.Equal((VerdictSource.NotChecked, default), (explanation.Source, explanation.Remediation));
        Assert.Equal(["Bouncer:Http:Policies:api:Decisions"], explanation.Settings);
        Assert.Equal(["none False Bouncer:Http:Policies:api:Decisions"], explanation.Decisions.Select(one => $"{one.Remediation} {one.IsDecisive} {string.Join(' ', one.Settings)}"));
        Assert.StartsWith("198.51.100.9 passes under the policy api: Bouncer:Http:Policies:api:Decisions leaves decisions out.", explanation.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_UnknownPolicy_NamesThePoliciesThereAre()
    {
        await using var site = await TestSite.StartAsync(b => b.AddPolicy("api", policy => policy.DryRun()));
        var error = Assert.Throws<ArgumentException>(() => Explain(site, Client, policy: "apo"));
        Assert.StartsWith("There is no policy 'apo'. The policies are default, api.", error.Message, StringComparison.Ordinal);
        Assert.True(Explain(site, Client, policy: "api").IsDryRun);
        Assert.Equal("default", Explain(site, Client, policy: "Default").Policy);
    }

    [Fact]
    public async Task Explain_UserWithADecision_CountsItEvenAtATrustedAddress()
    {
        await using var site = await TestSite.StartAsync(
            b => b.ConfigureHttp(http => http.Mfa.UserNameClaim = ClaimTypes.Name).Services.Configure<BouncerOptions>(options => options.TrustedNetworks = ["198.51.100.0/24"]),
            decisions: lapi =>
            {
                lapi.Add("alice", scope: "username", type: "captcha");
                lapi.Add(Client.ToString());
            });
        var (alice, bob) = (Explain(site, Client, User("alice")), Explain(site, Client, User("bob")));
        Assert.Equal((Remediation.Captcha, "198.51.100.0/24"), (alice.Remediation, alice.TrustedNetwork));
        Assert.Equal(["ip 198.51.100.9", "username alice"], alice.Client.Select(value => $"{value.Scope} {value.Value}"));
        Assert.StartsWith("198.51.100.9, username alice gets captcha under the policy default: because of decision ", alice.ToString(), StringComparison.Ordinal);
        Assert.Equal(Remediation.None, bob.Remediation);
        Assert.StartsWith("198.51.100.9, username bob passes under the policy default: its address is in 198.51.100.0/24", bob.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Bouncer:Http:WhenUnavailable")]
    [InlineData("api", "Bouncer:Http:Policies:api:WhenUnavailable")]
    public async Task Explain_DecisionsTooOld_NamesTheSettingThatApplies(string? policy, string setting)
    {
        await using var site = await TestSite.StartAsync(
            b => b.ConfigureHttp(http => http.WhenUnavailable = "captcha").AddPolicy("api", api => api.WhenUnavailable(Remediation.Captcha)),
            state: EngineState.Stale);
        var explanation = Explain(site, Client, policy: policy);
        Assert.Equal((Remediation.Captcha, VerdictSource.Unavailable), (explanation.Remediation, explanation.Source));
        Assert.Equal([setting], explanation.Settings);
        Assert.Contains($"no decision on it is known, and {setting} applies.", explanation.ToString(), StringComparison.Ordinal);
        Assert.Equal(Remediation.Ban, Explain(site, IPAddress.Parse(TestSite.Banned), policy: policy).Remediation);
    }

    [Fact]
    public async Task Explain_NoAddress_NamesTheSettingIfThereIsOne()
    {
        await using var site = await TestSite.StartAsync(b => b.AddPolicy("api", api => api.WhenUnresolved(Remediation.Ban)));
        Assert.StartsWith("A client without an address passes under the policy default: its address is not known.", Explain(site, null).ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "A client without an address gets ban under the policy api: its address is not known, for which Bouncer:Http:Policies:api:WhenUnresolved applies.",
            Explain(site, null, policy: "api").ToString(), StringComparison.Ordinal);
    }

    /// <summary>It says what requests get, for many policies and decisions.</summary>
    [Fact]
    public async Task Explain_RandomPoliciesAndDecisions_AgreesWithRequests()
    {
        const int policies = 24;
        var random = new Random(1526);
        Remediation[] known = [Remediation.Ban, Remediation.Mfa, Remediation.Captcha, Tarpit, Remediation.Throttle, Remediation.None];
        Remediation Any() => known[random.Next(known.Length)];
        await using var site = await TestSite.StartAsync(
            b =>
            {
                Array.ForEach([(Remediation.Ban, 1000), (Remediation.Mfa, 300), (Remediation.Captcha, 200), (Tarpit, 150), (Remediation.Throttle, 100)],
                    one => b.AddRemediation<MarkingHandler>(one.Item1, one.Item2));
                for (var i = 0; i < policies; i++)
                {
                    b.AddPolicy($"p{i}", policy =>
                    {
                        if (random.Next(2) == 0)
                        {
                            policy.Map(known[random.Next(known.Length - 1)], Any());
                        }

                        if (random.Next(2) == 0)
                        {
                            policy.MapOrigin("lists", Any()).MapScenario("crowdsecurity/*", Any());
                        }

                        if (random.Next(3) == 0)
                        {
                            policy.Maximum(Any());
                        }
                    });
                }
            },
            app =>
            {
                TestSite.DefaultPipeline(app);
                for (var i = 0; i < policies; i++)
                {
                    app.MapGet($"/p{i}", () => "").RequireBouncer($"p{i}");
                }
            },
            decisions: lapi =>
            {
                for (var i = 0; i < 60; i++)
                {
                    lapi.Add($"203.0.113.{random.Next(32)}", type: known[random.Next(known.Length - 1)].Name, origin: random.Next(2) == 0 ? "lists" : "cscli", scenario: random.Next(2) == 0 ? "crowdsecurity/ssh" : "manual");
                }
            });
        for (var i = 0; i < policies; i++)
        {
            for (var host = 0; host < 32; host++)
            {
                var address = $"203.0.113.{host}";
                using var answer = await site.GetAsync($"/p{i}", address);
                var applied = answer.Headers.TryGetValues("X-Applied", out var first) ? first.First() : "none";
                Assert.Equal($"p{i} {address} {applied}", $"p{i} {address} {Explain(site, IPAddress.Parse(address), policy: $"p{i}").Remediation}");
            }
        }
    }

    private static BouncerExplanation Explain(TestSite site, IPAddress? address, ClaimsPrincipal? user = null, string? policy = null) =>
        site.App.Services.GetRequiredService<IBouncerExplainer>().Explain(address, user, policy);

    private static ClaimsPrincipal User(string name) => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, name)], "test"));

    /// <summary>Reports the first remediation of a request.</summary>
    private sealed class MarkingHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            context.HttpContext.Response.Headers.TryAdd("X-Applied", context.Remediation.Name);
            return new(RemediationResult.Continue);
        }
    }
}

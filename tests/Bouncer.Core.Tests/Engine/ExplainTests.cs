using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bouncer.Tests.Sync;

namespace Bouncer.Tests.Engine;

public sealed partial class ExplainTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_SeveralDecisions_NamesEachAndTheOneThatDecides()
    {
        await using var sync = new SyncFixture(options => options.FallbackRemediation = "captcha");
        sync.Lapi.Then([sync.Make.Make("192.0.2.7", "throttle", id: 1), sync.Make.Make("192.0.2.0/24", id: 2), sync.Make.Make("192.0.2.7", "frobnicate", id: 3)]);
        await sync.PullAsync();

        var explanation = sync.Bouncer.Explain(IPAddress.Parse("::ffff:192.0.2.7"));
        Assert.Equal(
            [(2, "ban", true, ""), (3, "captcha", false, "Bouncer:FallbackRemediation"), (1, "throttle", false, "")],
            explanation.Decisions.Select(one => (one.Decision.Id, one.Remediation.Name, one.IsDecisive, string.Join(' ', one.Settings))));
        Assert.Equal((Remediation.Ban, VerdictSource.Store, false), (explanation.Remediation, explanation.Source, explanation.IsStale));
        Assert.Equal([new ClientValue(DecisionScope.Ip, "192.0.2.7")], explanation.Client);
        Assert.Equal(new Uri("http://127.0.0.1:1/"), explanation.Lapi);
        Assert.Equal((3, sync.Clock.GetUtcNow()), (explanation.Status.DecisionCount, explanation.Status.LastFullSync!.Value));
        Assert.Equal(
            """
            192.0.2.7 gets ban: because of decision 2.

            There are 3 decisions; the strongest applies:
            * 2: ban on 192.0.2.0/24, origin cscli, scenario test, until 2026-01-01 04:00:00Z (4 h 0 min left).
            - 3: frobnicate (captcha because of Bouncer:FallbackRemediation) on 192.0.2.7, origin cscli, scenario test, until 2026-01-01 04:00:00Z (4 h 0 min left).
            - 1: throttle on 192.0.2.7, origin cscli, scenario test, until 2026-01-01 04:00:00Z (4 h 0 min left).

            LAPI at http://127.0.0.1:1/ last answered at 2026-01-01 00:00:00Z (0 s ago); the whole list was pulled at 2026-01-01 00:00:00Z.
            """,
            explanation.ToString());
    }

    [Fact]
    public async Task Explain_NoDecision_Passes()
    {
        await using var sync = new SyncFixture();
        await sync.PullAsync();
        Assert.StartsWith("192.0.2.1 passes: there is no decision on it.", sync.Bouncer.Explain(IPAddress.Parse("192.0.2.1")).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3", "10.0.0.0/8", "Bouncer:TrustedNetworks")]
    [InlineData("127.0.0.9", "127.0.0.0/8", "Bouncer:TrustLoopback")]
    [InlineData("127.0.0.1", "127.0.0.1/32", "Bouncer:TrustedNetworks")]
    public async Task Explain_TrustedAddress_NamesTheNetworkAndTheDecisionsThatAreNotEnforced(string address, string network, string setting)
    {
        await using var sync = new SyncFixture(options => options.TrustedNetworks = ["10.0.0.0/8", "127.0.0.1"]);
        sync.Lapi.Then([sync.Make.Make(address)]);
        await sync.PullAsync();

        var explanation = sync.Bouncer.Explain(IPAddress.Parse(address));
        Assert.Equal((network, VerdictSource.Trusted, Remediation.None), (explanation.TrustedNetwork, explanation.Source, explanation.Remediation));
        Assert.Equal([setting], explanation.Settings);
        Assert.Equal((Remediation.None, false), Assert.Single(explanation.Decisions) is var one ? (one.Remediation, one.IsDecisive) : default);
        Assert.StartsWith($"{address} passes: its address is in {network}, which {setting} trusts.", explanation.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_BeforeTheFirstList_SaysThatClientsAreBlocked()
    {
        await using var sync = new SyncFixture(options => options.Sync.Startup = StartupPolicy.BlockUntilReady);
        foreach (var explanation in new[] { sync.Bouncer.Explain(IPAddress.Parse("192.0.2.1")), sync.Bouncer.Explain(null) })
        {
            Assert.Equal((VerdictSource.NotReady, Remediation.Ban), (explanation.Source, explanation.Remediation));
            Assert.Contains("Bouncer:Sync:Startup blocks clients until then.", explanation.ToString(), StringComparison.Ordinal);
            Assert.Contains("has not answered yet", explanation.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Explain_DecisionsTooOld_SaysThatTheyMayBeIncomplete()
    {
        await using var sync = new SyncFixture(options => options.Sync.MaxStaleness = TimeSpan.FromMinutes(1));
        sync.Lapi.Then([sync.Make.Make("192.0.2.7")]);
        await sync.PullAsync();
        sync.Clock.Advance(TimeSpan.FromMinutes(2));

        var (banned, clean) = (sync.Bouncer.Explain(IPAddress.Parse("192.0.2.7")), sync.Bouncer.Explain(IPAddress.Parse("192.0.2.1")));
        Assert.Equal((VerdictSource.Store, true, Remediation.Ban), (banned.Source, banned.IsStale, banned.Remediation));
        Assert.Equal((VerdictSource.Unavailable, true, Remediation.None), (clean.Source, clean.IsStale, clean.Remediation));
        Assert.Contains("older than MaxStaleness allows", clean.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_EmbeddedAddress_CountsDecisionsOnBoth()
    {
        await using var sync = new SyncFixture(options => options.EmbeddedIPv4 = ["nat64"]);
        sync.Lapi.Then([sync.Make.Make("192.0.2.7", "captcha")]);
        await sync.PullAsync();

        var explanation = sync.Bouncer.Explain(IPAddress.Parse("64:ff9b::c000:207"));
        Assert.Equal(["64:ff9b::c000:207", "192.0.2.7"], explanation.Client.Select(value => value.Value));
        Assert.Equal(Remediation.Captcha, explanation.Remediation);
    }

    [Fact]
    public async Task Explain_ValueOfAnotherScope_NamesItsDecisions()
    {
        await using var sync = new SyncFixture(options => options.Sync.Scopes = ["ip", "country"]);
        sync.Lapi.Then([sync.Make.Make("CN", "captcha", scope: "Country"), sync.Make.Make("192.0.2.7")]);
        await sync.PullAsync();

        var explanation = sync.Bouncer.Explain(DecisionScope.Country, "cn");
        Assert.Equal(Remediation.Captcha, explanation.Remediation);
        Assert.StartsWith("country cn gets captcha", explanation.ToString(), StringComparison.Ordinal);
        Assert.Equal(Remediation.Ban, sync.Bouncer.Explain(DecisionScope.Ip, "192.0.2.7").Remediation);
        Assert.Empty(sync.Bouncer.Explain(DecisionScope.Ip, "0300.2.7").Decisions);
    }

    /// <summary>A scenario is text from LAPI, and an operator reads the explanation in a terminal.</summary>
    [Fact]
    public async Task ToString_TextWithControlCharacters_ReplacesThem()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.7", scenario: "a\r\nb\u001b[2Jc\u202ed\u2028e")]);
        await sync.PullAsync();
        Assert.Contains("scenario a??b?[2Jc?d?e,", sync.Bouncer.Explain(IPAddress.Parse("192.0.2.7")).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explanation_IsSerialised_AndReadBack()
    {
        await using var sync = new SyncFixture();
        sync.Lapi.Then([sync.Make.Make("192.0.2.0/24")]);
        await sync.PullAsync();

        var explanation = sync.Bouncer.Explain(IPAddress.Parse("192.0.2.7"));
        var json = JsonSerializer.Serialize(explanation, ExplanationJson.Default.BouncerExplanation);
        var read = JsonSerializer.Deserialize(json, ExplanationJson.Default.BouncerExplanation)!;
        Assert.Equal(explanation.ToString(), read.ToString());
        Assert.Equal(json, JsonSerializer.Serialize(read, ExplanationJson.Default.BouncerExplanation));
    }

    /// <summary>It says what the verdict says, for every client.</summary>
    [Fact]
    public async Task Explain_EveryClient_AgreesWithTheVerdict()
    {
        await using var sync = new SyncFixture(options =>
        {
            (options.TrustedNetworks, options.EmbeddedIPv4, options.FallbackRemediation) = (["192.0.2.32/27"], ["nat64"], "mfa");
        });
        var random = new Random(15);
        string[] types = ["ban", "captcha", "throttle", "mfa", "other"];
        sync.Lapi.Then([.. Enumerable.Range(1, 120).Select(id => sync.Make.Make($"192.0.2.{random.Next(128)}/{random.Next(26, 33)}", types[random.Next(types.Length)], id: id))]);
        await sync.PullAsync();

        for (var host = 0; host < 256; host++)
        {
            foreach (var address in new[] { IPAddress.Parse($"192.0.2.{host}"), IPAddress.Parse($"64:ff9b::c000:2{host:x2}") })
            {
                var (verdict, explanation) = (await sync.Bouncer.CheckAsync(address, Ct), sync.Bouncer.Explain(address));
                Assert.Equal((verdict.Remediation, verdict.Source), (explanation.Remediation, explanation.Source));
                var decisive = explanation.Decisions.Where(one => one.IsDecisive).Select(one => one.Decision.Id).ToArray();
                Assert.Equal(verdict.Decision is { } decision ? [decision.Id] : [], decisive);
            }
        }
    }

    [JsonSerializable(typeof(BouncerExplanation))]
    private sealed partial class ExplanationJson : JsonSerializerContext;
}

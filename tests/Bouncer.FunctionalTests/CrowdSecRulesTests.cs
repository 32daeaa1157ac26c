using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>"The community's list asks, yours bans": of two decisions on one address each counts as long as it lives.</summary>
public sealed class CrowdSecRulesTests
{
    private const string Community = "test/community";
    private const string Own = "test/own";

    [Theory]
    [InlineData("Stream")]
    [InlineData("Live")]
    public async Task R1_RuleForCapi_OwnDecisionOnTheSameAddress_BansAsLongAsItLives(string mode)
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();
        Case[] cases =
        [
            new("192.0.2.1", CapiComesFirst: true, CapiGoesFirst: true),
            new("192.0.2.2", CapiComesFirst: true, CapiGoesFirst: false),
            new("192.0.2.3", CapiComesFirst: false, CapiGoesFirst: true),
            new("192.0.2.4", CapiComesFirst: false, CapiGoesFirst: false),
            new("192.0.2.5", CapiComesFirst: true, CapiGoesFirst: true, BeforeTheStart: true),
            new("192.0.2.6", CapiComesFirst: true, CapiGoesFirst: false, BeforeTheStart: true),
        ];
        await ForEachAsync(cases.Where(one => one.BeforeTheStart), one => AddAsync(one, one.CapiComesFirst));
        await ForEachAsync(cases.Where(one => one.BeforeTheStart), one => AddAsync(one, !one.CapiComesFirst));

        await using var asking = await StartGatewayAsync("captcha");
        await using var waiving = await StartGatewayAsync("none");
        await AllAgreeAsync();

        await ForEachAsync(cases.Where(one => !one.BeforeTheStart), one => AddAsync(one, one.CapiComesFirst));
        await AllAgreeAsync();
        await ForEachAsync(cases.Where(one => !one.BeforeTheStart), one => AddAsync(one, !one.CapiComesFirst));
        await AllAgreeAsync();
        await ForEachAsync(cases, one => DeleteAsync(one, one.CapiGoesFirst));
        await AllAgreeAsync();
        await ForEachAsync(cases, one => DeleteAsync(one, !one.CapiGoesFirst));
        await AllAgreeAsync();

        async Task<GatewayProcess> StartGatewayAsync(string treatment)
        {
            var key = treatment.PadLeft(32, '0');
            await crowdSec.AddBouncerAsync(treatment, key);
            return await GatewayProcess.StartAsync(
                crowdSec.Url,
                key,
                ("Bouncer:Sync:Mode", mode),
                ("Bouncer:Live:CacheDuration", "00:00:00"),
                ("Bouncer:Live:Timeout", "00:00:10"),
                ("Bouncer:Http:Policies:default:Rules:0:Origin", "CAPI"),
                ("Bouncer:Http:Policies:default:Rules:0:Remediation", treatment));
        }

        async Task AddAsync(Case one, bool capi)
        {
            if (capi)
            {
                await crowdSec.PushDecisionAsync(one.Client, "72h", origin: "CAPI", scenario: Community);
                one.CapiLives = true;
            }
            else
            {
                await crowdSec.AddDecisionAsync(one.Client, "4h", reason: Own);
                one.OwnLives = true;
            }
        }

        async Task DeleteAsync(Case one, bool capi)
        {
            await crowdSec.RunCscliAsync("decisions", "delete", "--value", one.Client, "--scenario", capi ? Community : Own);
            (one.CapiLives, one.OwnLives) = (one.CapiLives && !capi, one.OwnLives && capi);
        }

        Task AllAgreeAsync() => Task.WhenAll(StaysRightAsync(asking, "captcha"), StaysRightAsync(waiving, "free"));

        async Task StaysRightAsync(GatewayProcess gateway, string capiAlone)
        {
            await AgreesAsync(gateway, capiAlone);
            if (mode == "Stream")
            {
                // Right once is not enough: the next answer of LAPI must not change it.
                await gateway.NextPollAsync();
                await AgreesAsync(gateway, capiAlone);
            }
        }

        async Task AgreesAsync(GatewayProcess gateway, string capiAlone)
        {
            foreach (var one in cases)
            {
                var expected = one.OwnLives ? "ban" : one.CapiLives ? capiAlone : "free";
                await Eventually.GetAsync(
                    () => gateway.OutcomeForAsync(one.Client),
                    seen => seen == expected,
                    Polls.Added,
                    $"{expected} where CAPI alone is {capiAlone}, {one}");
            }
        }
    }

    private static async Task ForEachAsync(IEnumerable<Case> cases, Func<Case, Task> change)
    {
        foreach (var one in cases)
        {
            await change(one);
        }
    }

    private sealed record Case(string Client, bool CapiComesFirst, bool CapiGoesFirst, bool BeforeTheStart = false)
    {
        public bool CapiLives { get; set; }

        public bool OwnLives { get; set; }
    }
}

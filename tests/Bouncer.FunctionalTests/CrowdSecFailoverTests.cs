using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>Two real CrowdSecs, of which the first stops and starts again.</summary>
public sealed class CrowdSecFailoverTests
{
    private const string OfFirst = "192.0.2.1";
    private const string OfSecond = "192.0.2.2";
    private const string OfBoth = "2001:db8::3";

    [Fact]
    public async Task R7_FirstStops_TheSecondsDecisionsApply_UntilTheFirstIsBack()
    {
        await using var first = await CrowdSecServer.StartAsync();
        await using var second = await CrowdSecServer.StartAsync();
        await AddAsync(first, OfFirst, OfBoth);
        await AddAsync(second, OfSecond, OfBoth);
        await using var gateway = await GatewayProcess.StartAsync(
            first.Url,
            CrowdSecServer.ApiKey,
            ("Bouncer:Lapi:Fallbacks:0:Url", second.Url.ToString()),
            ("Bouncer:Lapi:Fallbacks:0:ApiKey", CrowdSecServer.ApiKey),
            ("Bouncer:Lapi:FailoverAfter", "00:00:02"),
            ("Bouncer:Lapi:ReturnAfter", "00:00:05"));
        await gateway.BecomesAsync(OfFirst, HttpStatusCode.Forbidden);
        await gateway.BecomesAsync(OfSecond, HttpStatusCode.OK);

        await first.StopAsync();
        await gateway.BecomesAsync(OfSecond, HttpStatusCode.Forbidden, TimeSpan.FromSeconds(60));
        await gateway.BecomesAsync(OfFirst, HttpStatusCode.OK);
        await gateway.BecomesAsync(OfBoth, HttpStatusCode.Forbidden);

        // Changes of the second arrive.
        await second.DeleteDecisionsAsync(OfSecond);
        await gateway.BecomesAsync(OfSecond, HttpStatusCode.OK);

        await first.StartAgainAsync();
        await gateway.BecomesAsync(OfFirst, HttpStatusCode.Forbidden, TimeSpan.FromSeconds(90));
        await gateway.BecomesAsync(OfBoth, HttpStatusCode.Forbidden);
    }

    private static async Task AddAsync(CrowdSecServer crowdSec, params string[] banned)
    {
        foreach (var client in banned)
        {
            await crowdSec.AddDecisionAsync(client);
        }
    }
}

using System.Net;
using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests;

/// <summary>The runner of the real CrowdSec itself: other tests stand on it.</summary>
public sealed class CrowdSecServerTests
{
    [Fact]
    public async Task StopStartAndWipe_KeepPortAndKey()
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();
        using var probe = new LapiProbe(crowdSec.Url, CrowdSecServer.ApiKey);
        await crowdSec.AddDecisionAsync("192.0.2.1", reason: "kept");

        await crowdSec.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => probe.StartupAsync());
        await crowdSec.StartAgainAsync();
        Assert.Equal(["192.0.2.1"], (await probe.StartupAsync()).New);

        await crowdSec.WipeDatabaseAsync();
        var wiped = await probe.StartupAsync();
        Assert.Equal((HttpStatusCode.OK, """{"deleted":null,"new":null}"""), (wiped.Status, wiped.Body));
    }

    [Fact]
    public async Task Decisions_AddPushAndDelete_ShowInTheStream()
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();
        using var probe = new LapiProbe(crowdSec.Url, CrowdSecServer.ApiKey);
        await crowdSec.AddDecisionAsync("192.0.2.1", "1h", "captcha");
        await crowdSec.AddDecisionAsync("192.0.2.1", "1h", "ban");
        await crowdSec.AddDecisionAsync("198.51.100.0/24");
        await crowdSec.AddDecisionAsync("alice", scope: "username");
        await crowdSec.PushDecisionAsync("203.0.113.1", origin: "CAPI");
        var all = "&scopes=ip,range,username";
        Assert.Equal(5, (await probe.StartupAsync(all)).New.Length);
        Assert.Equal(["203.0.113.1"], (await probe.StartupAsync(all + "&origins=CAPI")).New);

        await crowdSec.DeleteDecisionsAsync("192.0.2.1", type: "ban");
        Assert.Equal([2L], (await probe.StreamAsync()).Ids("deleted"));
        await crowdSec.DeleteDecisionAsync(3);
        Assert.Contains("198.51.100.0/24", (await probe.StreamAsync()).Deleted);
        await crowdSec.DeleteAllDecisionsAsync();
        Assert.Empty((await probe.StartupAsync(all)).New);
    }

    [Fact]
    public async Task RunCscli_Refused_FailsTheTestWithItsWords()
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => crowdSec.AddDecisionAsync("192.0.2.256"));

        Assert.Contains("192.0.2.256", failure.Message, StringComparison.Ordinal);
    }
}

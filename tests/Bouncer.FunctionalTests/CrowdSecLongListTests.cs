using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>What CrowdSec does not tell reaches the gateway in good time, with 100,000 decisions held as with a handful. Deadlines are
/// asserted, so no other test may run meanwhile.</summary>
[Collection(nameof(CrowdSecLongListTests))]
[CollectionDefinition(nameof(CrowdSecLongListTests), DisableParallelization = true)]
public sealed class CrowdSecLongListTests(LongList list) : IClassFixture<LongList>
{
    private const int Import = 5000;

    // LAPI stores an import 50 decisions at a time, and what it leaves out of a delta is some of these parts: two of each are looked at.
    private const int Step = 25;

    [Fact]
    public async Task R8_AlertsDeleted_WithAHandfulHeld_ReleaseTheClients()
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();
        await AlertsDeletedReleaseAsync(crowdSec, [.. Enumerable.Range(1, 5).Select(host => $"198.51.100.{host}")], "192.0.2");
    }

    [Fact]
    public async Task R8_AlertsDeleted_WithALongList_ReleaseTheClients() =>
        await AlertsDeletedReleaseAsync(await list.GetAsync(), [], "192.0.2");

    [Fact]
    public async Task Import_WithALongList_IsInForceInGoodTime()
    {
        var crowdSec = await list.GetAsync();
        await using var gateway = await GatewayProcess.StartAsync(crowdSec.Url, CrowdSecServer.ApiKey);
        var held = Enumerable.Range(0, 50).Select(part => LongList.Row.At(part * (LongList.Count / 50))).ToArray();
        await gateway.AllBecomeAsync(held, HttpStatusCode.Forbidden, Polls.Several);

        var addresses = new AddressRow(12).Take(Import);
        await crowdSec.ImportDecisionsAsync(addresses, "test/import");
        await gateway.AllBecomeAsync(addresses.Where((_, at) => at % Step == 0), HttpStatusCode.Forbidden, Polls.Added);

        await gateway.NextPollAsync();
        foreach (var client in held.Concat(addresses.Where((_, at) => at % Step == 0)))
        {
            Assert.Equal((client, HttpStatusCode.Forbidden), (client, await gateway.StatusForAsync(client)));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(50_000)]
    public async Task DeleteAll_OfSoMany_ReleasesAllWithinTwoPolls(int count)
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();
        var row = new AddressRow(11);
        await (count < 50 ? crowdSec.ImportDecisionsAsync(row.Take(count), "test/import") : crowdSec.HoldAsync(row, count));
        await using var gateway = await GatewayProcess.StartAsync(crowdSec.Url, CrowdSecServer.ApiKey);
        var clients = Enumerable.Range(0, Math.Min(count, 100)).Select(part => row.At(part * (count / Math.Min(count, 100)))).ToArray();
        await gateway.AllBecomeAsync(clients, HttpStatusCode.Forbidden, Polls.Several);

        await crowdSec.DeleteAllDecisionsAsync();

        await gateway.AllBecomeAsync(clients, HttpStatusCode.OK, Polls.Two);
        await gateway.StatusBecomesAsync(status => status.GetProperty("decisionCount").GetInt32() == 0, Polls.Two, "nothing is held");
    }

    // Rows without a word in `deleted`: LAPI no longer has them.
    private static async Task AlertsDeletedReleaseAsync(CrowdSecServer crowdSec, string[] others, string net)
    {
        var (alertAlone, decisionThenAlert, kept) = ($"{net}.1", $"{net}.2", $"{net}.3");
        foreach (var client in (string[])[alertAlone, decisionThenAlert, kept, .. others])
        {
            await crowdSec.AddDecisionAsync(client);
        }

        await using var gateway = await GatewayProcess.StartAsync(crowdSec.Url, CrowdSecServer.ApiKey);
        await gateway.AllBecomeAsync([alertAlone, decisionThenAlert, kept, .. others], HttpStatusCode.Forbidden, Polls.Several);

        await crowdSec.DeleteAlertsAsync(alertAlone);
        await crowdSec.DeleteDecisionsAsync(decisionThenAlert);
        await crowdSec.DeleteAlertsAsync(decisionThenAlert);

        await gateway.AllBecomeAsync([alertAlone, decisionThenAlert], HttpStatusCode.OK, Polls.Released);
        await gateway.NextPollAsync();
        Assert.Equal(HttpStatusCode.OK, await gateway.StatusForAsync(alertAlone));
        foreach (var client in (string[])[kept, .. others])
        {
            Assert.Equal((client, HttpStatusCode.Forbidden), (client, await gateway.StatusForAsync(client)));
        }
    }
}

using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>Two gateways with one key: CrowdSec tells each change to the one that asks first.</summary>
public sealed class CrowdSecSharedKeyTests
{
    [Fact]
    public async Task R10_OneKeyForTwoGateways_BansAndDeletions_ReachBoth()
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();
        await using var one = await GatewayProcess.StartAsync(crowdSec.Url, CrowdSecServer.ApiKey);
        await using var other = await GatewayProcess.StartAsync(crowdSec.Url, CrowdSecServer.ApiKey);
        var clients = Enumerable.Range(1, 6).Select(host => $"192.0.2.{host}").ToArray();

        await ForEachAsync(client => crowdSec.AddDecisionAsync(client));
        await BothAsync(HttpStatusCode.Forbidden);

        await ForEachAsync(client => crowdSec.DeleteDecisionsAsync(client));
        await BothAsync(HttpStatusCode.OK);

        // Each change that only the other was told of is a sign.
        for (var host = 101; host < 160 && !await IsNoticedAsync(); host++)
        {
            clients = [$"192.0.2.{host}"];
            await crowdSec.AddDecisionAsync(clients[0]);
            await BothAsync(HttpStatusCode.Forbidden);
        }

        Assert.True(await IsNoticedAsync());

        async Task<bool> IsNoticedAsync()
        {
            var statuses = await Task.WhenAll(one.ReadAsync("/.bouncer/status"), other.ReadAsync("/.bouncer/status"));
            return statuses.Any(status => status.GetProperty("keyShared").GetBoolean() && status.GetProperty("degraded").GetBoolean());
        }

        async Task ForEachAsync(Func<string, Task> change)
        {
            foreach (var client in clients)
            {
                await change(client);
            }
        }

        Task BothAsync(HttpStatusCode status) => Task.WhenAll(
            one.AllBecomeAsync(clients, status, Polls.Released),
            other.AllBecomeAsync(clients, status, Polls.Released));
    }
}

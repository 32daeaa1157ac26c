using System.Net;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;
using Bouncer.Testing;

namespace Bouncer.FunctionalTests;

/// <summary>The gateway on the sample Local API, in both dialects: its newest one is the only LAPI here that answers like 1.7.8.</summary>
public sealed class LocalApiGatewayTests
{
    private static readonly string[] s_values = ["192.0.2.10", "198.51.100.0/24", "2001:db8:bad::1", "2001:db8:feed::/48"];
    private static readonly string[] s_clients = ["192.0.2.10", "198.51.100.9", "2001:db8:bad::1", "2001:db8:feed::9"];

    [Theory]
    [InlineData(LocalApiDialect.Newest)]
    [InlineData(LocalApiDialect.V146)]
    public async Task Decisions_AddedAndDeleted_ShowWithinOnePoll(LocalApiDialect dialect)
    {
        await using var lapi = await LocalApiServer.StartAsync(new LocalApiOptions { Dialect = dialect });
        await using var gateway = await GatewayProcess.StartAsync(lapi.Url, lapi.ApiKey);
        Array.ForEach(s_values, value => lapi.Database.Add(value));
        lapi.Database.Add("mallory", scope: "username");
        foreach (var client in s_clients)
        {
            await gateway.BecomesAsync(client, HttpStatusCode.Forbidden);
        }

        var listed = await gateway.ReadAsync("/.bouncer/decisions?search=username");
        Assert.Equal("mallory", Assert.Single(listed.GetProperty("decisions").EnumerateArray()).GetProperty("value").GetString());

        lapi.Database.DeleteAll();
        foreach (var client in s_clients)
        {
            await gateway.BecomesAsync(client, HttpStatusCode.OK);
        }

        await gateway.StatusBecomesAsync(status => status.GetProperty("decisionCount").GetInt32() == 0, Polls.One);
    }

    [Fact]
    public async Task LapiFailsInEveryWay_BansHold_AndItIsFoundAgain()
    {
        await using var lapi = await LocalApiServer.StartAsync();
        lapi.Database.Add("192.0.2.10");
        await using var gateway = await GatewayProcess.StartAsync(lapi.Url, lapi.ApiKey, ("Bouncer:Lapi:Timeout", "00:00:01"));
        Fault[] faults =
        [
            new() { Status = 500 }, new() { Status = 403 }, new() { CutAfter = 7 }, new() { Body = "{\"new\":" },
            new() { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = "/elsewhere" } }, new() { StallAfter = 3 },
        ];
        foreach (var fault in faults)
        {
            lapi.Faults.Add(fault, times: 1);
            await gateway.StatusBecomesAsync(status => status.GetProperty("consecutiveFailures").GetInt32() > 0, what: $"{fault} is noticed");
            Assert.Equal(HttpStatusCode.Forbidden, await gateway.StatusForAsync("192.0.2.10"));
            Assert.Equal(HttpStatusCode.OK, await gateway.StatusForAsync("203.0.113.1"));
            await gateway.StatusBecomesAsync(status => status.GetProperty("consecutiveFailures").GetInt32() == 0, what: $"{fault} is over");
        }

        Assert.DoesNotContain(lapi.Requests, request => request.PathAndQuery.StartsWith("/elsewhere", StringComparison.Ordinal));
        lapi.Database.DeleteAll();
        await gateway.BecomesAsync("192.0.2.10", HttpStatusCode.OK);
    }
}

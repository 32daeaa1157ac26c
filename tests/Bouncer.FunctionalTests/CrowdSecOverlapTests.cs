using System.Globalization;
using System.Net;
using System.Text.Json;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>Several decisions on one value, deleted in every order: the gateway always does what CrowdSec says still lives.</summary>
public sealed class CrowdSecOverlapTests
{
    private static readonly (string Type, string Length)[] s_rivals = [("captcha", "2h"), ("captcha", "30m"), ("ban", "2h"), ("ban", "30m")];

    [Fact]
    public async Task TwoDecisionsOnOneValue_DeletedInAllOrders_GatewayAgreesWithLapi()
    {
        await using var crowdSec = await CrowdSecServer.StartAsync();

        // Captchas pass here and the upstream is nowhere: 403 is the ban alone, 502 everything else.
        await using var gateway = await GatewayProcess.StartAsync(
            crowdSec.Url,
            CrowdSecServer.ApiKey,
            ("Bouncer:Http:Policies:captchas-pass:Map:captcha", "none"),
            ("ReverseProxy:Routes:all:ClusterId", "nowhere"),
            ("ReverseProxy:Routes:all:Match:Path", "{**rest}"),
            ("ReverseProxy:Routes:all:Metadata:Bouncer.Policy", "captchas-pass"),
            ("ReverseProxy:Clusters:nowhere:Destinations:one:Address", "http://127.0.0.1:9/"));
        var pairs = AllOrders().ToArray();

        await ForEachAsync(pair => AddAsync(pair, pair.First));
        await ForEachAsync(pair => AddAsync(pair, pair.Second));
        await ForEachAsync(pair => crowdSec.DeleteDecisionAsync(pair.FirstGoesFirst ? pair.FirstId : pair.SecondId));
        await ForEachAsync(pair => crowdSec.DeleteDecisionAsync(pair.FirstGoesFirst ? pair.SecondId : pair.FirstId));
        Assert.Equal(0, (await gateway.ReadAsync("/.bouncer/status")).GetProperty("decisionCount").GetInt32());

        async Task ForEachAsync(Func<Pair, Task> change)
        {
            foreach (var pair in pairs)
            {
                await change(pair);
            }

            await gateway.NextPollAsync();
            var living = await LivingAsync(crowdSec);
            foreach (var pair in pairs)
            {
                var expected = living.Where(decision => decision.Value == pair.Client).Select(decision => decision.Type).Distinct().Order(StringComparer.Ordinal);
                await Eventually.GetAsync(
                    async () => string.Join(',', (await gateway.ReadAsync("/.bouncer/decisions?search=" + pair.Client + "&limit=100")).GetProperty("decisions")
                        .EnumerateArray().Where(decision => decision.GetProperty("value").GetString() == pair.Client)
                        .Select(decision => decision.GetProperty("type").GetString()!).Distinct().Order(StringComparer.Ordinal)),
                    held => held == string.Join(',', expected),
                    Polls.UntilFullList,
                    $"{pair}: held is what LAPI has, [{string.Join(',', expected)}]");
                Assert.Equal(
                    (pair, expected.Contains("ban") ? HttpStatusCode.Forbidden : HttpStatusCode.BadGateway),
                    (pair, await gateway.StatusForAsync(pair.Client)));
            }
        }

        async Task AddAsync(Pair pair, (string Type, string Length) decision)
        {
            await crowdSec.AddDecisionAsync(pair.Client, decision.Length, decision.Type);
            var newest = (await LivingAsync(crowdSec)).Where(row => row.Value == pair.Client).Max(row => row.Id);
            (pair.FirstId, pair.SecondId) = pair.FirstId == 0 ? (newest, 0) : (pair.FirstId, newest);
        }
    }

    private static IEnumerable<Pair> AllOrders()
    {
        var host = 1;
        foreach (var rival in s_rivals)
        {
            foreach (var goesFirst in new[] { true, false })
            {
                yield return new Pair(Client(host++), rival, ("ban", "1h"), goesFirst);
                yield return new Pair(Client(host++), ("ban", "1h"), rival, goesFirst);
            }
        }
    }

    private static string Client(int host) => "192.0.2." + host.ToString(CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<(long Id, string Value, string Type)>> LivingAsync(CrowdSecServer crowdSec)
    {
        using var alerts = JsonDocument.Parse(await crowdSec.RunCscliAsync("decisions", "list", "-o", "json"));
        return alerts.RootElement.ValueKind != JsonValueKind.Array ? [] : [.. alerts.RootElement.EnumerateArray()
            .SelectMany(alert => alert.GetProperty("decisions").EnumerateArray())
            .Select(row => (row.GetProperty("id").GetInt64(), row.GetProperty("value").GetString()!, row.GetProperty("type").GetString()!))];
    }

    private sealed record Pair(string Client, (string Type, string Length) First, (string Type, string Length) Second, bool FirstGoesFirst)
    {
        public long FirstId { get; set; }

        public long SecondId { get; set; }
    }
}

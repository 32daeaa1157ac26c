using System.Net;
using System.Text.Json;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>Several decisions on one value, deleted in every order: the gateway always does what CrowdSec says still lives.</summary>
public sealed class CrowdSecOverlapTests : IAsyncLifetime
{
    private CrowdSecServer? _crowdSec;
    private GatewayProcess? _gateway;

    private CrowdSecServer CrowdSec => _crowdSec!;

    private GatewayProcess Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        _crowdSec = await CrowdSecServer.StartAsync();
        _gateway = await GatewayProcess.StartAsync(
            _crowdSec.Url,
            CrowdSecServer.ApiKey,
            ("ReverseProxy:Routes:strict:ClusterId", "nowhere"),
            ("ReverseProxy:Routes:strict:Match:Path", "{**rest}"),
            ("ReverseProxy:Clusters:nowhere:Destinations:one:Address", "http://127.0.0.1:9/"),
            ("Bouncer:Http:Policies:captchas-pass:Treat:captcha", "none"),
            ("ReverseProxy:Routes:strict:Metadata:Bouncer.Policy", "captchas-pass"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await _gateway.DisposeAsync();
        }

        if (_crowdSec is not null)
        {
            await _crowdSec.DisposeAsync();
        }
    }

    // Length as a type's rival too: LAPI's deduplication lists a deletion only when the longest-lived row of a type goes.
    public static TheoryData<string, string, string, string, bool> Orders()
    {
        var orders = new TheoryData<string, string, string, string, bool>();
        (string Type, string Length)[] lengths = [("captcha", "2h"), ("captcha", "30m"), ("ban", "2h")];
        foreach (var (type, length) in lengths)
        {
            foreach (var firstGoesFirst in new[] { true, false })
            {
                orders.Add(type, length, "ban", "1h", firstGoesFirst);
                orders.Add("ban", "1h", type, length, firstGoesFirst);
            }
        }

        return orders;
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public async Task TwoDecisions_DeletedOneByOne_GatewayAgreesWithLapi(
        string firstType, string firstLength, string secondType, string secondLength, bool firstGoesFirst)
    {
        const string Client = "192.0.2.10";
        var first = await AddAsync(Client, firstType, firstLength);
        await AgreeAsync(Client);
        var second = await AddAsync(Client, secondType, secondLength);
        await AgreeAsync(Client);

        await CrowdSec.DeleteDecisionAsync(firstGoesFirst ? first : second);
        await AgreeAsync(Client);
        Assert.Single(await LiveTypesAsync(Client));

        await CrowdSec.DeleteDecisionAsync(firstGoesFirst ? second : first);
        await AgreeAsync(Client);
        Assert.Equal(HttpStatusCode.BadGateway, await Gateway.StatusForAsync(Client));
    }

    // The upstream is nowhere: who is let through gets 502, who is banned 403, and a captcha counts as let through here.
    private async Task AgreeAsync(string client)
    {
        var living = await LiveTypesAsync(client);
        await Gateway.BecomesAsync(client, living.Contains("ban") ? HttpStatusCode.Forbidden : HttpStatusCode.BadGateway);
        await Eventually.GetAsync(() => HeldTypesAsync(client), held => held.SetEquals(living), Polls.One, $"held is [{string.Join(',', living)}]");
    }

    private async Task<long> AddAsync(string value, string type, string duration)
    {
        var before = await LiveAsync(value);
        await CrowdSec.AddDecisionAsync(value, duration, type);
        return Assert.Single((await LiveAsync(value)).Keys.Except(before.Keys));
    }

    private async Task<HashSet<string>> LiveTypesAsync(string value) => [.. (await LiveAsync(value)).Values];

    private async Task<Dictionary<long, string>> LiveAsync(string value)
    {
        using var alerts = JsonDocument.Parse(await CrowdSec.RunCscliAsync("decisions", "list", "-o", "json", "--value", value));
        return alerts.RootElement.ValueKind != JsonValueKind.Array ? [] : alerts.RootElement.EnumerateArray()
            .SelectMany(alert => alert.GetProperty("decisions").EnumerateArray())
            .ToDictionary(decision => decision.GetProperty("id").GetInt64(), decision => decision.GetProperty("type").GetString()!);
    }

    private async Task<HashSet<string>> HeldTypesAsync(string value) =>
        [.. (await Gateway.ReadAsync("/.bouncer/decisions?search=" + value)).GetProperty("decisions").EnumerateArray()
            .Select(decision => decision.GetProperty("type").GetString()!)];
}

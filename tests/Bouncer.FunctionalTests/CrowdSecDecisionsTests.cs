using System.Net;
using System.Text.Json;
using Bouncer.FunctionalTests.Programs;
using Bouncer.TestUtils;

namespace Bouncer.FunctionalTests;

/// <summary>What cscli does to a real CrowdSec shows in the gateway's answers within one poll.</summary>
public sealed class CrowdSecDecisionsTests : IAsyncLifetime
{
    private CrowdSecServer? _crowdSec;
    private GatewayProcess? _gateway;

    private CrowdSecServer CrowdSec => _crowdSec!;

    private GatewayProcess Gateway => _gateway!;

    public async ValueTask InitializeAsync()
    {
        _crowdSec = await CrowdSecServer.StartAsync();
        _gateway = await GatewayProcess.StartAsync(_crowdSec.Url, CrowdSecServer.ApiKey);
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

    [Fact]
    public async Task AddressDecisions_AddedReplacedDeleted_ShowWithinOnePoll()
    {
        (string Value, string Inside, string Outside)[] cases =
        [
            ("192.0.2.10", "192.0.2.10", "192.0.2.11"),
            ("198.51.100.0/24", "198.51.100.200", "198.51.101.1"),
            ("2001:db8:bad::1", "2001:db8:bad::1", "2001:db8:bad::2"),
            ("2001:db8:feed::/48", "2001:db8:feed:1234::1", "2001:db8:feee::1"),
        ];
        foreach (var (value, inside, outside) in cases)
        {
            Assert.Equal(HttpStatusCode.OK, await Gateway.StatusForAsync(inside));

            await CrowdSec.AddDecisionAsync(value);
            await Gateway.BecomesAsync(inside, HttpStatusCode.Forbidden);
            Assert.Equal(HttpStatusCode.OK, await Gateway.StatusForAsync(outside));

            await CrowdSec.AddDecisionAsync(value, duration: "1h", type: "captcha", reason: "replaced");
            await CrowdSec.DeleteDecisionsAsync(value, type: "ban");
            await TypesBecomeAsync(value, "captcha");
            Assert.Equal(HttpStatusCode.Forbidden, await Gateway.StatusForAsync(inside));

            await CrowdSec.DeleteDecisionsAsync(value);
            await Gateway.BecomesAsync(inside, HttpStatusCode.OK);
            await TypesBecomeAsync(value);
        }
    }

    [Fact]
    public async Task UsernameDecision_AddedReplacedDeleted_ShowsAmongTheDecisionsHeld()
    {
        await CrowdSec.AddDecisionAsync("mallory", scope: "username");
        await TypesBecomeAsync("mallory", "ban");

        await CrowdSec.AddDecisionAsync("mallory", scope: "username", type: "mfa");
        await CrowdSec.DeleteDecisionsAsync("mallory", type: "ban");
        await TypesBecomeAsync("mallory", "mfa");

        await CrowdSec.DeleteDecisionsAsync("mallory");
        await TypesBecomeAsync("mallory");
    }

    [Fact]
    public async Task ShortDecision_RunsOut_ReleasesTheClient()
    {
        await CrowdSec.AddDecisionAsync("192.0.2.60", duration: "15s");
        await Gateway.BecomesAsync("192.0.2.60", HttpStatusCode.Forbidden, Polls.One);

        await Gateway.BecomesAsync("192.0.2.60", HttpStatusCode.OK, TimeSpan.FromSeconds(30));
    }

    private Task<string> TypesBecomeAsync(string value, params string[] types) => Gateway.WithinOnePollAsync(
        async () => string.Join(',', (await Gateway.ReadAsync("/.bouncer/decisions?search=" + Uri.EscapeDataString(value)))
            .GetProperty("decisions").EnumerateArray()
            .Where(decision => decision.GetProperty("value").GetString() == value)
            .Select(decision => decision.GetProperty("type").GetString()).Order(StringComparer.Ordinal)),
        seen => seen == string.Join(',', types),
        $"{value} is held as [{string.Join(',', types)}]");
}

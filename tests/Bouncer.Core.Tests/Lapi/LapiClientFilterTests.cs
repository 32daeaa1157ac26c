using System.Net;
using Bouncer.Lapi;

namespace Bouncer.Tests.Lapi;

/// <summary>What is asked for, letter by letter as it is on the wire.</summary>
public class LapiClientFilterTests
{
    private static readonly SyncOptions Filtered = new()
    {
        Scopes = ["ip", " range ", "", "a&b"],
        Origins = ["crowdsec", "lists:fire+hol"],
        ScenariosContaining = ["ssh bf"],
        ScenariosNotContaining = ["http#", "100%"],
    };

    private static readonly SyncOptions None = new() { Scopes = [" ", ""], Origins = [], ScenariosContaining = [""] };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PullAsync_Always_SwitchesDeduplicationOff()
    {
        foreach (var options in (SyncOptions[])[new(), Filtered, None])
        {
            Assert.Contains("&dedup=false", await PullAsync(options, startup: true), StringComparison.Ordinal);
            Assert.Contains("&dedup=false", await PullAsync(options, startup: false), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task PullAsync_WithFilters_HasThemEscaped() =>
        Assert.Equal(
            "/v1/decisions/stream?startup=false&dedup=false&scopes=ip,range,a%26b&origins=crowdsec,lists%3Afire%2Bhol&scenarios_containing=ssh%20bf&scenarios_not_containing=http%23,100%25",
            await PullAsync(Filtered, startup: false));

    [Fact]
    public async Task PullAsync_OtherScripts_AreEscapedAsUtf8() =>
        Assert.Equal(
            "/v1/decisions/stream?startup=true&dedup=false&origins=l%C3%A4rm,%E2%82%AC%2F%2C%3F",
            await PullAsync(new() { Origins = ["l\u00E4rm", "\u20AC/,?"] }, startup: true));

    [Fact]
    public async Task QueryAsync_WithFilters_HasThemEscaped()
    {
        await using var lapi = await FakeLapi.StartAsync("null");

        await LapiClients.Create(lapi.Url, sync: Filtered).QueryAsync(IPAddress.Parse("2001:db8::1"), Ct);

        Assert.Equal(
            "/v1/decisions?ip=2001%3Adb8%3A%3A1&scopes=ip,range,a%26b&origins=crowdsec,lists%3Afire%2Bhol&scenarios_containing=ssh%20bf&scenarios_not_containing=http%23,100%25",
            Assert.Single(lapi.Requests).Target);
    }

    [Fact]
    public async Task ListAsync_WithoutFilters_IsAboutAddressesAsTheStreamIs()
    {
        Assert.Equal("/v1/decisions?scopes=ip,range", await ListAsync(new()));
        Assert.Equal("/v1/decisions?scopes=ip,range", await ListAsync(new(), None));
    }

    [Fact]
    public async Task ListAsync_WithFilters_HasThemEscaped() =>
        Assert.Equal(
            "/v1/decisions?scopes=ip,range,a%26b&origins=crowdsec,lists%3Afire%2Bhol&scenarios_containing=ssh%20bf&scenarios_not_containing=http%23,100%25",
            await ListAsync(new(), Filtered));

    [Fact]
    public async Task ListAsync_OfEachMember_AsksForNoMore()
    {
        Assert.Equal("/v1/decisions?scopes=ip,range&id_gt=9223372036854775807", await ListAsync(new() { AboveId = long.MaxValue }));
        Assert.Equal("/v1/decisions?scopes=ip,range&id_gt=0", await ListAsync(new() { AboveId = 0 }));
        Assert.Equal("/v1/decisions?scopes=ip,range&offset=49999", await ListAsync(new() { Offset = 49_999 }));
        Assert.Equal("/v1/decisions?scopes=ip,range&limit=3", await ListAsync(new() { Limit = 3 }));
        Assert.Equal("/v1/decisions?scopes=ip,range&origins=cscli,lists%3Aa%26b", await ListAsync(new() { Origins = ["cscli", "lists:a&b"] }));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("198.51.100.0/24", "198.51.100.0%2F24")]
    [InlineData("2001:db8::1", "2001%3Adb8%3A%3A1")]
    [InlineData("a&b=c d+e%#ü", "a%26b%3Dc%20d%2Be%25%23%C3%BC")]
    [InlineData("", "")]
    public async Task ListAsync_OfAValue_IsAskedLetterByLetter(string value, string escaped) =>
        Assert.Equal($"/v1/decisions?scopes=ip,range&value={escaped}", await ListAsync(new() { Value = value }));

    [Fact]
    public async Task ListAsync_OfAllMembers_HasOriginsInPlaceOfTheConfiguredOnes() =>
        Assert.Equal(
            "/v1/decisions?scopes=ip,range,a%26b&origins=CAPI&scenarios_containing=ssh%20bf&scenarios_not_containing=http%23,100%25&value=x&id_gt=1&offset=2&limit=3",
            await ListAsync(new() { Origins = ["CAPI"], Value = "x", AboveId = 1, Offset = 2, Limit = 3 }, Filtered));

    private static async Task<string> PullAsync(SyncOptions options, bool startup)
    {
        await using var lapi = await FakeLapi.StartAsync("""{"new": [], "deleted": []}""");
        await LapiClients.Create(lapi.Url, sync: options).PullAsync(startup, Ct);
        return Assert.Single(lapi.Requests).Target;
    }

    private static async Task<string> ListAsync(DecisionSelection selection, SyncOptions? options = null)
    {
        await using var lapi = await FakeLapi.StartAsync("null");
        await LapiClients.Create(lapi.Url, sync: options).ListAsync(selection, Ct);
        return Assert.Single(lapi.Requests).Target;
    }
}

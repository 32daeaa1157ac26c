using Bouncer.Lapi;

namespace Bouncer.Tests.Lapi;

public class DecisionQueryTests
{
    private static readonly SyncOptions Filtered = new()
    {
        Scopes = ["ip", " range ", "", "a&b"],
        Origins = ["crowdsec", "lists:fire+hol"],
        ScenariosContaining = ["ssh bf"],
        ScenariosNotContaining = ["http#", "100%"],
    };

    [Fact]
    public void Pull_Always_SwitchesDeduplicationOff()
    {
        foreach (var options in (SyncOptions[])[new(), Filtered, new() { Origins = [], Scopes = [" "] }])
        {
            Assert.Contains("&dedup=false", new DecisionQuery(options).Pull(startup: true), StringComparison.Ordinal);
            Assert.Contains("&dedup=false", new DecisionQuery(options).Pull(startup: false), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void List_WithoutFilters_IsAboutAddressesAsTheStreamIs()
    {
        Assert.Equal("v1/decisions?scopes=ip,range", List(new()));
        Assert.Equal("v1/decisions?scopes=ip,range", List(new(), new() { Scopes = [" ", ""], Origins = [], ScenariosContaining = [""] }));
    }

    [Fact]
    public void List_WithFilters_HasThemEscaped() =>
        Assert.Equal(
            "v1/decisions?scopes=ip,range,a%26b&origins=crowdsec,lists%3Afire%2Bhol&scenarios_containing=ssh%20bf&scenarios_not_containing=http%23,100%25",
            List(new(), Filtered));

    [Fact]
    public void List_OfEachMember_AsksForNoMore()
    {
        Assert.Equal("v1/decisions?scopes=ip,range&id_gt=9223372036854775807", List(new() { AboveId = long.MaxValue }));
        Assert.Equal("v1/decisions?scopes=ip,range&id_gt=0", List(new() { AboveId = 0 }));
        Assert.Equal("v1/decisions?scopes=ip,range&offset=49999", List(new() { Offset = 49_999 }));
        Assert.Equal("v1/decisions?scopes=ip,range&limit=3", List(new() { Limit = 3 }));
        Assert.Equal("v1/decisions?scopes=ip,range&origins=cscli,lists%3Aa%26b", List(new() { Origins = ["cscli", "lists:a&b"] }));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("198.51.100.0/24", "198.51.100.0%2F24")]
    [InlineData("2001:db8::1", "2001%3Adb8%3A%3A1")]
    [InlineData("a&b=c d+e%#ü", "a%26b%3Dc%20d%2Be%25%23%C3%BC")]
    [InlineData("", "")]
    public void List_OfAValue_IsAskedLetterByLetter(string value, string escaped) =>
        Assert.Equal($"v1/decisions?scopes=ip,range&value={escaped}", List(new() { Value = value }));

    [Fact]
    public void List_OfAllMembers_HasOriginsInPlaceOfTheConfiguredOnes() =>
        Assert.Equal(
            "v1/decisions?scopes=ip,range,a%26b&origins=CAPI&scenarios_containing=ssh%20bf&scenarios_not_containing=http%23,100%25&value=x&id_gt=1&offset=2&limit=3",
            List(new() { Origins = ["CAPI"], Value = "x", AboveId = 1, Offset = 2, Limit = 3 }, Filtered));

    private static string List(DecisionSelection selection, SyncOptions? options = null) => new DecisionQuery(options ?? new()).List(selection);
}

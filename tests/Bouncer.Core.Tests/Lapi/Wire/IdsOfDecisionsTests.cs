using Bouncer.Lapi;

namespace Bouncer.Tests.Lapi.Wire;

/// <summary>By what the decisions of an answer are known, those that cannot be used included.</summary>
public class IdsOfDecisionsTests
{
    private const string Rest = "\"type\":\"ban\",\"scope\":\"Ip\",\"value\":\"192.0.2.1\"";
    private static readonly long Now = WireReading.Clock.GetTimestamp();

    [Fact]
    public async Task Take_DecisionsWithoutId_AreKnownByScopeTypeAndValueInBothLists()
    {
        string[] decisions =
        [
            Rest, "\"type\":\"captcha\",\"scope\":\"Ip\",\"value\":\"192.0.2.1\"", "\"type\":\"ban\",\"scope\":\"Range\",\"value\":\"192.0.2.1\"",
            "\"type\":\"ban\",\"scope\":\"Ip\",\"value\":\"192.0.2.2\"", "\"type\":\"ban\",\"scope\":\"username\",\"value\":\"192.0.2.1\"",
        ];
        var added = string.Join(',', decisions.Select(decision => $$"""{"duration":"1h","origin":"a",{{decision}}}"""));
        var deleted = string.Join(',', decisions.Select(decision => $$"""{ "id":null,{{decision}},"origin":"b","scenario":"x","duration":"-1h"}"""));

        var answer = await WireReading.StreamAsync($$"""{"new":[{{added}}],"deleted":[{{deleted}}]}""");

        Assert.Equal(decisions.Length, answer.Deleted.Distinct().Count());
        Assert.All(answer.Deleted, id => Assert.True(id < 0));
        Assert.Equal(answer.Deleted, Enumerable.Range(1, answer.Added.Count).Select(row => answer.Added[row].Id));
        Assert.All(answer.Added.ToDecisions(), decision => Assert.Equal(0, decision.Id));
    }

    [Theory]
    [InlineData("{\"id\":5}", "5")]
    [InlineData("{\"id\":5,\"origin\":[1],\"scope\":7,\"value\":\"\\ud800\"}", "5")]
    [InlineData("{\"id\":-5," + Rest + "}", "-5")]
    [InlineData("{\"id\":9223372036854775807," + Rest + "}", "9223372036854775807")]
    [InlineData("{\"id\":9223372036854775808," + Rest + "}", "")]
    [InlineData("{\"id\":\"5\"," + Rest + "}", "")]
    [InlineData("{\"origin\":7," + Rest + "}", "")]
    [InlineData("5", "")]
    [InlineData("null", "")]
    [InlineData("[{\"id\":5}]", "")]
    public async Task Take_OddDeletedEntry_CountsByItsIdOrNotAtAll(string entry, string id)
    {
        var answer = await WireReading.StreamAsync($$"""{"new":[],"deleted":[{{entry}},{"id":3}]}""");

        Assert.Equal(id.Length > 0 ? [id, "3"] : ["3"], answer.Deleted.Select(each => $"{each}"));
        Assert.Equal((0, 0), (answer.Count, answer.Unusable.Count));
    }

    [Fact]
    public async Task Unusable_WithIdAndDuration_IsKnownByBoth()
    {
        var answer = await WireReading.StreamAsync("""
            {"new":[
                {"id":1,"type":"ban","scope":"Ip","value":"no address","duration":"1h"},
                {"id":2,"type":"ban","scope":"Range","value":"0.0.0.0/0","duration":"2h"},
                {"id":3,"type":"ban","scope":"Ip","duration":"3h"},
                {"id":4,"type":7,"scope":"Ip","value":"192.0.2.1","duration":"30s"},
                {"id":5,"type":"ban","value":"192.0.2.1","duration":"-5s"},
                {"id":6,"type":"ban","scope":"Ip","value":"no address"},
                {"id":7,"type":"ban","scope":"Ip","value":"192.0.2.1","duration":"1h"},
                {"id":8,"type":"ban","scope":"Ip","value":"no address","duration":"-1h"}]}
            """);

        Assert.True(answer.Unusable.AreAllKnown);
        Assert.Equal(
            [(1, 3_600), (2, 7_200), (3, 10_800), (4, 30), (5, 0), (6, 14_400)],
            answer.Unusable.Ends.Select(end => (end.Key, (end.Value - Now) / TimeSpan.TicksPerSecond)).Order());
        Assert.Equal((8, 6, 1), (answer.Count, answer.Unusable.Count, answer.Added.Count));
    }

    [Theory]
    [InlineData("{\"type\":\"ban\",\"scope\":\"Ip\",\"value\":\"no address\",\"duration\":\"1h\"}")]
    [InlineData("{\"id\":\"5\"," + Rest + ",\"duration\":\"1h\"}")]
    [InlineData("{\"id\":5," + Rest + ",\"duration\":\"soon\"}")]
    [InlineData("{\"id\":5," + Rest + ",\"duration\":3600}")]
    [InlineData("{\"id\":5," + Rest + ",\"duration\":\"1h\",\"duration\":[]}")]
    [InlineData("5")]
    public async Task Unusable_WithoutIdOrDuration_MakesNotAllKnown(string odd)
    {
        var answer = await WireReading.StreamAsync($$"""{"new":[{{odd}},{"id":9,"type":"ban","scope":"Ip","value":"x"}]}""");

        Assert.False(answer.Unusable.AreAllKnown);
        Assert.Equal(9, Assert.Single(answer.Unusable.Ends).Key);
        Assert.Equal((2, 2), (answer.Count, answer.Unusable.Count));
    }

    [Fact]
    public async Task Unusable_InLargeNumbers_AreNotAllKnown()
    {
        Assert.True((await Many(10_000)).AreAllKnown);

        var unusable = await Many(10_001);
        Assert.False(unusable.AreAllKnown);
        Assert.Equal((10_001, 10_000), (unusable.Count, unusable.Ends.Count));

        static async Task<UnusableDecisions> Many(int count)
        {
            var all = Enumerable.Range(1, count).Select(id => $$"""{"id":{{id}},"type":"ban","scope":"Ip","value":"x","duration":"1h"}""");
            return (await WireReading.StreamAsync($$"""{"new":[{{string.Join(',', all)}}]}""")).Unusable;
        }
    }

    [Fact]
    public async Task Count_OfAnAnswer_IsThatOfAllElementsUnderNew()
    {
        var answer = await WireReading.StreamAsync(
            $$"""{"deleted":[{"id":1},{"id":2},{"id":3}],"new":[{{{Rest}},"id":1},{{{Rest}},"id":1},{{{Rest}},"duration":"-1s"},7,null,{}]}""");

        Assert.Equal(6, answer.Count);
        Assert.Equal((2, 3, 3), (answer.Added.Count, answer.Unusable.Count, answer.Deleted.Count));
    }
}

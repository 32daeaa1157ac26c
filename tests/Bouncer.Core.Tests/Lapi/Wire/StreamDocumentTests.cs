using System.Text.Json;

namespace Bouncer.Tests.Lapi.Wire;

public class StreamDocumentTests
{
    private const string Ban = """{"id":1,"type":"ban","scope":"Ip","value":"192.0.2.1","duration":"1h"}""";

    [Theory]
    [InlineData("""{"new":null,"deleted":null}""")]
    [InlineData("""{"new": [], "deleted": []}""")]
    [InlineData("""{"new":null}""")]
    [InlineData("""{"deleted":[]}""")]
    [InlineData(" \r\n\t{\"deleted\" : null , \"new\" : [ ] } \n")]
    [InlineData("""{"more":{"deep":[1,[2,{"a":"b"}]]},"new":[],"x":"y","deleted":null,"z":1}""")]
    [InlineData("""{"\u006eew":[]}""")]
    [InlineData("""{"\ud800":1,"new":[]}""")]
    public async Task Read_B4_NullListsAndUnknownMembers_AreEmpty(string json)
    {
        var answer = await WireReading.StreamAsync(json);

        Assert.Empty(answer.Added.ToDecisions());
        Assert.Empty(answer.Deleted);
        Assert.Equal(0, answer.Unusable.Count);
        Assert.Equal(0, answer.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("true")]
    [InlineData("\"new\"")]
    [InlineData("""{"message":"access forbidden"}""")]
    [InlineData("""{"new":{}}""")]
    [InlineData("""{"new":"x"}""")]
    [InlineData("""{"new":[],"new":[]}""")]
    [InlineData("""{"new":null,"new":[]}""")]
    [InlineData("""{"deleted":[],"new":[],"deleted":[]}""")]
    [InlineData("""{"new":[],"\u006eew":[]}""")]
    [InlineData("""{"new":[]} x""")]
    [InlineData("""{"new":[]}{"new":[]}""")]
    [InlineData("""{"new":[]},""")]
    [InlineData("""{"new":[],}""")]
    [InlineData("""{"new":[] /* comment */}""")]
    [InlineData("""{'new':[]}""")]
    [InlineData("\uFEFF{\"new\":[]}")]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>")]
    public async Task Read_B4_BadDocument_IsRefused(string json) =>
        await Assert.ThrowsAnyAsync<JsonException>(() => WireReading.StreamAsync(json));

    [Fact]
    public async Task Read_B1_CutAnywhere_IsRefused()
    {
        var json = $$"""{"new": [{{Ban}},{{Ban}}], "deleted": [{{Ban}}]}""";
        for (var length = 0; length < json.Length; length++)
        {
            await Assert.ThrowsAnyAsync<JsonException>(() => WireReading.StreamAsync(json[..length]));
        }

        Assert.Equal(2, (await WireReading.StreamAsync(json)).Added.Count);
    }

    [Theory]
    [InlineData("""{"new":[],"deleted":""")]
    [InlineData("""{"x":""")]
    [InlineData("""{"new":[{"x":""")]
    [InlineData("")]
    public async Task Read_B3_DepthOfAHundredThousand_IsRefused(string start)
    {
        var json = start + new string('[', 100_000);

        await Assert.ThrowsAnyAsync<JsonException>(() => WireReading.StreamAsync(json));
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Read_B3_NinthLevel_IsRefused(int levelsInDecision, bool passes)
    {
        var json = $"{{\"new\":[{{\"x\":{new string('[', levelsInDecision)}{new string(']', levelsInDecision)}}}]}}";

        Assert.Equal(passes, await Record.ExceptionAsync(() => WireReading.StreamAsync(json)) is null);
    }

    [Fact]
    public async Task Read_B2_TokenWithoutEnd_IsRefusedBeforeItIsHeld()
    {
        var json = "{\"x\":\"" + new string('a', 8 * 1024 * 1024) + "\",\"new\":[]}";

        await Assert.ThrowsAnyAsync<JsonException>(() => WireReading.StreamAsync(json));
    }

    [Fact]
    public async Task Read_EitherOrder_KeepsListsApart()
    {
        var answer = await WireReading.StreamAsync(
            """{"deleted":[{"id":7,"type":"ban","scope":"Range","value":"198.51.100.0/24"}],"new":[""" + Ban + "]}");

        Assert.Equal(1, Assert.Single(answer.Added.ToDecisions()).Id);
        Assert.Equal(7, Assert.Single(answer.Deleted));
    }

    [Fact]
    public async Task Read_DecisionsThatRepeatTexts_ShareTheStrings()
    {
        const string one = """{"type":"ban","scope":"Ip","origin":"crowdsec","scenario":"crowdsecurity/ssh-bf","value":"192.0.2.1"}""";

        var added = (await WireReading.StreamAsync($$"""{"new":[{{one}},{{one}}]}""")).Added.ToDecisions();

        Assert.Same(added[0].Origin, added[1].Origin);
        Assert.Same(added[0].Scenario, added[1].Scenario);
        Assert.Same(added[0].Type, added[1].Type);
    }
}

using System.Text.Json;

namespace Bouncer.Tests.Lapi.Wire;

/// <summary>What follows a decision is taken without tokens if it is in LAPI's usual form, and only then.</summary>
public class PlainDecisionTests
{
    private const string Plain = """{"duration":"1h0m0s","id":7,"origin":"CAPI","scenario":"a/b","scope":"Ip","type":"ban","uuid":"4d0b","value":"192.0.2.7"}""";

    [Theory]
    [InlineData("""{"id":01}""")]
    [InlineData("""{"id":+1}""")]
    [InlineData("""{"id":1x}""")]
    [InlineData("""{"id":1,}""")]
    [InlineData("""{"id":1""")]
    [InlineData("""{"id":}""")]
    [InlineData("""{"id",1}""")]
    [InlineData("""{"id":1;"type":"ban"}""")]
    [InlineData("""{"id":1]""")]
    [InlineData("""{"type":"ban" "value":"192.0.2.1"}""")]
    [InlineData("""{"type":"a\x"}""")]
    [InlineData("{\"type\":\"a\nb\"}")]
    [InlineData("{\"type\":\"a\u0001b\"}")]
    [InlineData("{type:1}")]
    [InlineData("""{"type":ban}""")]
    [InlineData("")]
    public async Task Read_MalformedBehindAPlainOne_IsRefused(string malformed) =>
        await Assert.ThrowsAnyAsync<JsonException>(() => WireReading.StreamAsync($$"""{"new":[{{Plain}},{{malformed}},{{Plain}}],"deleted":[]}"""));

    [Fact]
    public async Task Read_PlainOnesWithoutACommaBetween_IsRefused() =>
        await Assert.ThrowsAnyAsync<JsonException>(() => WireReading.StreamAsync($$"""{"new":[{{Plain}}{{Plain}}],"deleted":[]}"""));

    [Fact]
    public async Task Read_PlainOnesInBothLists_GoWhereTheyBelong()
    {
        var answer = await WireReading.StreamAsync($$"""{"deleted":[{{Plain}},{{Plain}},{"id":9}],"new":[{{Plain}},{{Plain}},{{Plain}}]}""");

        Assert.Equal([7, 7, 9], answer.Deleted);
        Assert.Equal(3, answer.Added.Count);
        Assert.Equal(3, answer.Count);
    }

    [Fact]
    public async Task Read_MemberThatAnOddDecisionHad_IsNotTakenForTheNextOne()
    {
        var answer = await WireReading.StreamAsync($$"""{"new":[{{Plain}},{"id":8,"type":"captcha","scope":"Ip","value":"192.0.2.8","origin":"é"},{"id":9,"scope":"Ip","value":"192.0.2.9","duration":"1h"}]}""");

        Assert.Equal(["CAPI", "é"], answer.Added.ToDecisions().Select(decision => decision.Origin));
        Assert.Equal(1, answer.Unusable.Count);
    }
}

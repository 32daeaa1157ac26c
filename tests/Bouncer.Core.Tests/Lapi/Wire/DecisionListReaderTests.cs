using System.Net;
using System.Text;
using Bouncer.Lapi;

namespace Bouncer.Tests.Lapi.Wire;

public class DecisionListReaderTests
{
    private const string Rest = "\"type\":\"ban\",\"scope\":\"Ip\",\"value\":\"192.0.2.1\"";

    [Theory]
    [InlineData("1", SkipReason.Shape)]
    [InlineData("null", SkipReason.Shape)]
    [InlineData("\"192.0.2.1\"", SkipReason.Shape)]
    [InlineData("[1,[{}]]", SkipReason.Shape)]
    [InlineData("{}", SkipReason.MissingField)]
    [InlineData("""{"scope":"Ip","value":"192.0.2.1"}""", SkipReason.MissingField)]
    [InlineData("""{"type":"ban","value":"192.0.2.1"}""", SkipReason.MissingField)]
    [InlineData("""{"type":"ban","scope":"Ip"}""", SkipReason.MissingField)]
    [InlineData("""{"type":null,"scope":"Ip","value":"192.0.2.1"}""", SkipReason.MissingField)]
    [InlineData("""{"type":"ban","scope":"\t","value":"192.0.2.1"}""", SkipReason.MissingField)]
    [InlineData("""{"type":"ban","scope":null,"value":"192.0.2.1"}""", SkipReason.MissingField)]
    [InlineData("{\"id\":\"5\"," + Rest + "}", SkipReason.Shape)]
    [InlineData("{\"id\":9223372036854775808," + Rest + "}", SkipReason.Shape)]
    [InlineData("{\"id\":1e400," + Rest + "}", SkipReason.Shape)]
    [InlineData("{\"id\":1.5," + Rest + "}", SkipReason.Shape)]
    [InlineData("{\"id\":{\"a\":[1]}," + Rest + "}", SkipReason.Shape)]
    [InlineData("{\"origin\":5," + Rest + "}", SkipReason.Shape)]
    [InlineData("{\"scenario\":[\"a\"]," + Rest + "}", SkipReason.Shape)]
    [InlineData("{\"duration\":3600," + Rest + "}", SkipReason.Shape)]
    [InlineData("""{"type":true,"scope":"Ip","value":"192.0.2.1"}""", SkipReason.Shape)]
    [InlineData("""{"type":"\ud800","scope":"Ip","value":"192.0.2.1"}""", SkipReason.Shape)]
    [InlineData("""{"type":"ban","scope":"a\udc00b","value":"192.0.2.1"}""", SkipReason.Shape)]
    [InlineData("""{"type":"ban","scope":"Ip","value":"\ud800x"}""", SkipReason.Shape)]
    [InlineData("{\"duration\":\"\"," + Rest + "}", SkipReason.Duration)]
    [InlineData("{\"duration\":\"1e3s\"," + Rest + "}", SkipReason.Duration)]
    [InlineData("{\"duration\":\"NaN\"," + Rest + "}", SkipReason.Duration)]
    [InlineData("{\"duration\":\"3600\"," + Rest + "}", SkipReason.Duration)]
    [InlineData("{\"duration\":\"\\ud800\"," + Rest + "}", SkipReason.Duration)]
    [InlineData("""{"type":"ban","scope":"Ip","value":"192.0.2.1/33"}""", SkipReason.Address)]
    [InlineData("""{"type":"ban","scope":"Range","value":"192.0.2.0/-1"}""", SkipReason.Address)]
    [InlineData("""{"type":"ban","scope":"Ip","value":" 192.0.2.1"}""", SkipReason.Address)]
    [InlineData("""{"type":"ban","scope":"Ip","value":"fe80::1%eth0"}""", SkipReason.Address)]
    [InlineData("""{"type":"ban","scope":"Ip","value":"example.org"}""", SkipReason.Address)]
    [InlineData("""{"type":"ban","scope":"Ip","value":"010.0.0.1"}""", SkipReason.Address)]
    [InlineData("""{"type":"ban","scope":"Ip","value":"１92.0.2.1"}""", SkipReason.Address)]
    [InlineData("""{"type":"ban","scope":"Range","value":"0.0.0.0/0"}""", SkipReason.TooWide)]
    [InlineData("""{"type":"ban","scope":"Ip","value":"128.0.0.0/1"}""", SkipReason.TooWide)]
    [InlineData("""{"type":"ban","scope":"Range","value":"::/0"}""", SkipReason.TooWide)]
    [InlineData("""{"type":"ban","scope":"Range","value":"2000::/15"}""", SkipReason.TooWide)]
    [InlineData("""{"type":"ban","scope":"Range","value":"::ffff:0.0.0.0/100"}""", SkipReason.TooWide)]
    public async Task Take_B4_BadDecision_IsCountedAndTheNextOneIsRead(string bad, string reason)
    {
        var answer = await WireReading.StreamAsync($$"""{"new":[{{bad}},{{{Rest}},"id":2}]}""");

        Assert.Equal(2, Assert.Single(answer.Added.ToDecisions()).Id);
        Assert.Equal(KeyValuePair.Create(reason, 1), Assert.Single(answer.Unusable.ByReason));
    }

    [Theory]
    [InlineData("type")]
    [InlineData("scope")]
    [InlineData("value")]
    public async Task Take_B9_OverlongText_IsSkipped(string field)
    {
        foreach (var length in new[] { 257, 1024 * 1024 })
        {
            var json = $$"""{"new":[{{{Rest}},"{{field}}":"{{new string('a', length)}}"},{{{Rest}}}]}""";

            var answer = await WireReading.StreamAsync(json);

            Assert.Single(answer.Added.ToDecisions());
            Assert.Equal(KeyValuePair.Create(SkipReason.TooLong, 1), Assert.Single(answer.Unusable.ByReason));
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("€")]
    [InlineData("\\u0041")]
    public async Task Take_B9_MegabyteScenario_IsCut(string character)
    {
        var text = string.Concat(Enumerable.Repeat(character, 1024 * 1024 / character.Length / 3));
        var answer = await WireReading.OneAsync($"{Rest},\"scenario\":\"{text}\",\"origin\":\"{text}\"");

        var decision = Assert.Single(answer.Added.ToDecisions());
        Assert.Equal(256, decision.Scenario.Length);
        Assert.Equal(256, decision.Origin.Length);
        Assert.Equal(0, answer.Unusable.Count);
    }

    [Fact]
    public async Task Take_B9_CutInsideAPair_LeavesThePairOut()
    {
        var answer = await WireReading.OneAsync($"{Rest},\"scenario\":\"{new string('a', 255)}\U0001F600\"");

        Assert.Equal(new string('a', 255), Assert.Single(answer.Added.ToDecisions()).Scenario);
    }

    [Theory]
    [InlineData("\\r\\n\\u001b[31m", "\r\n\u001b[31m")]
    [InlineData("\u202Eabc", "\u202Eabc")]
    [InlineData("a\\u0000b", "a\0b")]
    [InlineData("\\ud800", "\\ud800")]
    [InlineData("\\ud83d\\ude00", "\U0001F600")]
    public async Task Take_B9_OddScenario_IsKeptAndNoFault(string json, string expected) =>
        Assert.Equal(expected, Assert.Single((await WireReading.OneAsync($"{Rest},\"scenario\":\"{json}\"")).Added.ToDecisions()).Scenario);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task R4_AnEmptyType_IsOneThatIsNotDefined(string type)
    {
        var answer = await WireReading.OneAsync($"\"type\":\"{type}\",\"scope\":\"Ip\",\"value\":\"192.0.2.1\"");

        var decision = Assert.Single(answer.Added.ToDecisions());
        Assert.Equal((type, "unknown"), (decision.Type, decision.Remediation.Name));
        Assert.Equal(0, answer.Unusable.Count);
    }

    [Fact]
    public async Task Take_InvalidUtf8_IsReplacedInScenarioAndSkippedInValue()
    {
        byte[] json =
        [
            .. "{\"new\":[{\"type\":\"ban\",\"scope\":\"Ip\",\"value\":\"192.0.2.1\",\"scenario\":\"a"u8, 0xFF,
            .. "b\"},{\"type\":\"ban\",\"scope\":\"username\",\"value\":\""u8, 0xC3, 0x28,
            .. "\"},{\"x"u8, 0xFE, .. "\":1}]}"u8,
        ];

        var answer = await WireReading.StreamAsync(json, []);

        Assert.Equal("a\uFFFDb", Assert.Single(answer.Added.ToDecisions()).Scenario);
        Assert.Equal(1, answer.Unusable.ByReason[SkipReason.Shape]);
        Assert.Equal(1, answer.Unusable.ByReason[SkipReason.MissingField]);
    }

    [Theory]
    [InlineData("\"duration\":\"-75h\"")]
    [InlineData("\"duration\":\"0s\"")]
    [InlineData("\"duration\":\"-1s\"")]
    [InlineData("\"duration\":\"1ns\"")]
    public async Task Take_B8_EndedDecision_IsLeftOutSilently(string duration)
    {
        var answer = await WireReading.OneAsync($"{Rest},{duration}");

        Assert.Empty(answer.Added.ToDecisions());
        Assert.Equal(0, answer.Unusable.Count);
    }

    [Theory]
    [InlineData("", 4 * 3600)]
    [InlineData(",\"duration\":null", 4 * 3600)]
    [InlineData(",\"duration\":\"0.4s\"", 0.4)]
    [InlineData(",\"duration\":\"3h59m57.641708614s\"", 14397.6417086)]
    [InlineData(",\"duration\":\"59m59s\"", 3599)]
    [InlineData(",\"duration\":\"99999999h\"", 3650 * 86400d)]
    public async Task Take_B8_Duration_CountsFromTheAnswer(string duration, double seconds)
    {
        var decision = Assert.Single((await WireReading.OneAsync(Rest + duration)).Added.ToDecisions());

        var lifetime = TimeSpan.FromSeconds(seconds);
        Assert.Equal(WireReading.Clock.GetUtcNow() + lifetime, decision.ExpiresAt);
        Assert.Equal(WireReading.Clock.GetTimestamp() + lifetime.Ticks, decision.Deadline);
    }

    [Theory]
    [InlineData("Ip", "192.0.2.1", "192.0.2.1/32")]
    [InlineData("ip", "192.0.2.1/32", "192.0.2.1/32")]
    [InlineData("IP", "::ffff:192.0.2.1", "192.0.2.1/32")]
    [InlineData("Ip", "192.0.2.9/24", "192.0.2.0/24")]
    [InlineData("Ip", "2001:db8::1", "2001:db8::1/128")]
    [InlineData("Range", "192.0.2.77/24", "192.0.2.0/24")]
    [InlineData("range", "192.0.2.77", "192.0.2.77/32")]
    [InlineData("Range", "::ffff:192.0.2.0/120", "192.0.2.0/24")]
    [InlineData("Range", "2001:db8:1::5/48", "2001:db8:1::/48")]
    [InlineData("Range", "10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("Range", "2000::/16", "2000::/16")]
    public async Task Take_B7_AddressOrRange_IsCanonical(string scope, string value, string network)
    {
        var decision = Assert.Single((await WireReading.OneAsync($"\"type\":\"ban\",\"scope\":\"{scope}\",\"value\":\"{value}\"")).Added.ToDecisions());

        Assert.Equal(IPNetwork.Parse(network), decision.Network);
        Assert.Equal(value, decision.Value);
    }

    [Theory]
    [InlineData("Country", "FR", "country")]
    [InlineData("AS", "64500", "as")]
    [InlineData("username", "alice", "username")]
    [InlineData("Session", "über-1", "session")]
    public async Task Take_OtherScope_KeepsTheValueAsItCame(string scope, string value, string name)
    {
        var decision = Assert.Single((await WireReading.OneAsync($"\"type\":\"captcha\",\"scope\":\"{scope}\",\"value\":\"{value}\"")).Added.ToDecisions());

        Assert.Equal(name, decision.Scope.Name);
        Assert.Equal(value, decision.Value);
        Assert.Null(decision.Network);
    }

    [Theory]
    [InlineData("ban", "ban")]
    [InlineData("Captcha", "captcha")]
    [InlineData("enforce_mfa", "mfa")]
    [InlineData("tarpit", "tarpit")]
    public async Task Take_Type_NamesTheRemediationAndIsKept(string type, string remediation)
    {
        var decision = Assert.Single((await WireReading.OneAsync($"\"type\":\"{type}\",\"scope\":\"Ip\",\"value\":\"192.0.2.1\"")).Added.ToDecisions());

        Assert.Equal(remediation, decision.Remediation.Name);
        Assert.Equal(type, decision.Type);
    }

    [Fact]
    public async Task Take_MemberGivenTwice_CountsAsGivenLast()
    {
        var decision = Assert.Single((await WireReading.OneAsync($"\"id\":1,{Rest},\"id\":2,\"type\":\"captcha\",\"value\":\"192.0.2.2\"")).Added.ToDecisions());

        Assert.Equal(2, decision.Id);
        Assert.Equal(Remediation.Captcha, decision.Remediation);
        Assert.Equal("192.0.2.2", decision.Value);
    }

    [Theory]
    [InlineData("\"duration\":\"-18897h25m52.8s\"")]
    [InlineData("\"duration\":\"garbage\"")]
    [InlineData("\"duration\":{\"a\":[1]}")]
    [InlineData("\"duration\":5")]
    [InlineData("\"uuid\":\"x\"")]
    public async Task Take_DeletedEntry_IgnoresItsDuration(string duration)
    {
        var answer = await WireReading.StreamAsync($$"""{"deleted":[{{{Rest}},{{duration}},"id":3}]}""");

        Assert.Equal(3, Assert.Single(answer.Deleted));
        Assert.Equal(0, answer.Unusable.Count);
    }

    [Fact]
    public async Task Take_B6_DeletedEntry_MayBeAsWideAsItLikes()
    {
        var answer = await WireReading.StreamAsync("""{"deleted":[{"id":3,"type":"ban","scope":"Range","value":"0.0.0.0/0"}]}""");

        Assert.Equal(3, Assert.Single(answer.Deleted));
    }

    [Fact]
    public async Task Take_B6_WidestPrefix_IsAnOption()
    {
        const string members = "\"type\":\"ban\",\"scope\":\"Range\",\"value\":\"192.0.2.0/24\"";

        Assert.Empty((await WireReading.OneAsync(members, new SyncOptions { MinIPv4PrefixLength = 25 })).Added.ToDecisions());
        Assert.Single((await WireReading.OneAsync(members, new SyncOptions { MinIPv4PrefixLength = 24 })).Added.ToDecisions());
    }

    [Fact]
    public async Task Take_NullAnswerOnAnAddress_IsNoDecision() =>
        Assert.Empty(await WireReading.LiveAsync("null"));

    [Fact]
    public async Task Take_UnknownMembers_AreSkipped()
    {
        var json = new StringBuilder(Rest);
        json.Append(",\"simulated\":false,\"until\":\"2026\",\"extra\":{\"a\":[1,{\"b\":null}]},\"\\ud800\":[]");

        Assert.Single((await WireReading.OneAsync(json.ToString())).Added.ToDecisions());
    }
}

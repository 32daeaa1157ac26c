using System.Net;
using System.Text.Json;
using Bouncer.TestUtils;

namespace Bouncer.Tests.Decisions;

/// <summary>Decisions and verdicts as JSON, by reflection and by a serializer that was made at compile time.</summary>
public sealed class DecisionJsonTests
{
    private static readonly JsonSerializerOptions s_reflection = new(JsonSerializerDefaults.Web);

    private readonly DecisionBuilder _make = new(new TestClock());

    public static TheoryData<bool> Serializers => [true, false];

    [Theory]
    [MemberData(nameof(Serializers))]
    public void Decision_AsJson_SaysWhatItHolds(bool isGenerated)
    {
        var decision = _make.Make("198.51.100.0/24", "rate-limit", id: 7);

        using var json = JsonDocument.Parse(Write<IReadOnlyList<Decision>>([decision], isGenerated));

        var written = json.RootElement[0];
        Assert.Equal(
            ["id", "origin", "scenario", "scope", "value", "network", "remediation", "type", "expiresAt"],
            written.EnumerateObject().Select(member => member.Name));
        Assert.Equal(7, written.GetProperty("id").GetInt64());
        Assert.Equal("range", written.GetProperty("scope").GetString());
        Assert.Equal("198.51.100.0/24", written.GetProperty("value").GetString());
        Assert.Equal("198.51.100.0/24", written.GetProperty("network").GetString());
        Assert.Equal("throttle", written.GetProperty("remediation").GetString());
        Assert.Equal("rate-limit", written.GetProperty("type").GetString());
        Assert.Equal(decision.ExpiresAt, written.GetProperty("expiresAt").GetDateTimeOffset());
    }

    [Theory]
    [MemberData(nameof(Serializers))]
    public void Decision_WrittenAndRead_IsTheSame(bool isGenerated)
    {
        var decisions = new[] { _make.Make("2001:db8::7"), _make.Make("192.0.2.7", "captcha", id: 9), _make.Make("DE", scope: "country") };

        var read = Read<IReadOnlyList<Decision>>(Write<IReadOnlyList<Decision>>(decisions, isGenerated), isGenerated)!;

        Assert.Equal(decisions.Select(Describe), read.Select(Describe));
    }

    [Theory]
    [MemberData(nameof(Serializers))]
    public void Verdict_AsJson_NamesRemediationAndSource(bool isGenerated)
    {
        var verdict = new BouncerVerdict(Remediation.Ban, _make.Make("192.0.2.7"), VerdictSource.Live);

        var json = Write(verdict, isGenerated);
        using var document = JsonDocument.Parse(json);

        Assert.Equal("ban", document.RootElement.GetProperty("remediation").GetString());
        Assert.Equal("Live", document.RootElement.GetProperty("source").GetString());
        Assert.False(document.RootElement.GetProperty("isAllowed").GetBoolean());
        Assert.Equal("192.0.2.7", document.RootElement.GetProperty("decision").GetProperty("value").GetString());
        var read = Read<BouncerVerdict>(json, isGenerated);
        Assert.Equal((verdict.Remediation, verdict.Source), (read.Remediation, read.Source));
    }

    [Theory]
    [MemberData(nameof(Serializers))]
    public void Verdict_OfNothing_IsJsonToo(bool isGenerated) =>
        Assert.Equal("""{"remediation":"none","source":"Store","decision":null,"isAllowed":true,"isStale":false}""", Write(default(BouncerVerdict), isGenerated));

    [Theory]
    [InlineData("""[{"value":"192.0.2.7","remediation":"ban","network":"nonsense"}]""")]
    [InlineData("""[{"value":"192.0.2.7","remediation":"ban","scope":" "}]""")]
    public void Decision_ThatIsNone_IsRefused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<IReadOnlyList<Decision>>(json, s_reflection));

    private static (long Id, string Value, DecisionScope Scope, IPNetwork? Network, Remediation Remediation, string Type, DateTimeOffset ExpiresAt) Describe(Decision decision) =>
        (decision.Id, decision.Value, decision.Scope, decision.Network, decision.Remediation, decision.Type, decision.ExpiresAt);

    private static JsonSerializerOptions OptionsOf(bool isGenerated) => isGenerated ? DecisionJson.Default.Options : s_reflection;

    private static string Write<T>(T value, bool isGenerated) => JsonSerializer.Serialize(value, OptionsOf(isGenerated));

    private static T? Read<T>(string json, bool isGenerated) => JsonSerializer.Deserialize<T>(json, OptionsOf(isGenerated));
}

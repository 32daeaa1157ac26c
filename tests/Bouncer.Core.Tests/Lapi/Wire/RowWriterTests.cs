using Bouncer.Decisions;

namespace Bouncer.Tests.Lapi.Wire;

public class RowWriterTests
{
    [Theory]
    [InlineData("Ip", "192.0.2.1", true)]
    [InlineData("Ip", "0.0.0.255", true)]
    [InlineData("Ip", "192.0.2.1/32", false)]
    [InlineData("Ip", "::ffff:192.0.2.1", false)]
    [InlineData("Ip", "0:0:0:0:0:ffff:c000:201", false)]
    [InlineData("Ip", "2001:db8::1", true)]
    [InlineData("Ip", "2001:DB8::1", false)]
    [InlineData("Ip", "2001:db8:0:0::1", false)]
    [InlineData("Ip", "2001:db8::1/128", false)]
    [InlineData("Ip", "198.51.100.0/24", true)]
    [InlineData("Ip", "198.51.100.7/24", false)]
    [InlineData("Range", "198.51.100.0/24", true)]
    [InlineData("Range", "198.51.100.7/24", false)]
    [InlineData("Range", "192.0.2.1/32", true)]
    [InlineData("Range", "192.0.2.1", false)]
    [InlineData("Range", "2001:db8:1::/48", true)]
    [InlineData("Range", "2001:db8:1::9/48", false)]
    [InlineData("Range", "::ffff:192.0.2.0/120", false)]
    public async Task Add_NetworksOwnText_IsNotKept(string scope, string value, bool isOwn)
    {
        var rows = (await WireReading.OneAsync($"\"type\":\"ban\",\"scope\":\"{scope}\",\"value\":\"{value}\"")).Added;

        Assert.Equal(isOwn, rows[1].Text == 0);
        Assert.Equal(value, rows.Value(1));
    }

    [Fact]
    public async Task Add_KindsThatDifferInOneText_AreTold()
    {
        string[] kinds = ["a|s|Ip|ban", "b|s|Ip|ban", "a|t|Ip|ban", "a|s|Range|ban", "a|s|Ip|captcha", "a|s|Ip|Ban", "a|s|Ip|ban", "ab|s|Ip|ban", "a||Ip|ban"];
        var elements = kinds.Select(kind => kind.Split('|')).Select(texts =>
            $$"""{"origin":"{{texts[0]}}","scenario":"{{texts[1]}}","scope":"{{texts[2]}}","type":"{{texts[3]}}","value":"192.0.2.1"}""");

        var rows = (await WireReading.StreamAsync($"{{\"new\":[{string.Join(',', elements)}]}}")).Added;

        Assert.Equal(kinds.Select(kind => kind.Replace("Ip", "ip").Replace("Range", "range")), Enumerable.Range(1, rows.Count).Select(row => Describe(rows.Kind(row))));
        Assert.Equal(rows[1].Kind, rows[7].Kind);
    }

    [Fact]
    public async Task Add_MoreTextsThanArePooled_AreAllRight()
    {
        string[] scenarios = [.. Enumerable.Range(0, 6000).Select(i => $"list-{i}")];
        var elements = scenarios.Concat(scenarios).Select(scenario =>
            $$"""{"origin":"lists","scenario":"{{scenario}}","scope":"username","type":"ban","value":"{{scenario}}"}""");

        var rows = (await WireReading.StreamAsync($"{{\"new\":[{string.Join(',', elements)}]}}")).Added;

        Assert.Equal(12_000, rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            var expected = scenarios[i % scenarios.Length];
            Assert.Equal(expected, rows.Kind(i + 1).Scenario);
            Assert.Equal(expected, rows.Value(i + 1));
            Assert.Equal(rows[(i % scenarios.Length) + 1].Kind, rows[i + 1].Kind);
        }
    }

    private static string Describe(DecisionKind kind) => $"{kind.Origin}|{kind.Scenario}|{kind.Scope}|{kind.Type}";
}

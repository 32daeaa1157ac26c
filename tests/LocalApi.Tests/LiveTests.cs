using System.Net;

namespace LocalApi.Tests;

public sealed class LiveTests
{
    [Theory]
    [InlineData("?ip=192.0.2.10", "192.0.2.10 192.0.2.10 192.0.2.0/24")]
    [InlineData("?ip=::ffff:192.0.2.10", "192.0.2.10 192.0.2.10 192.0.2.0/24")]
    [InlineData("?ip=192.0.2.11", "192.0.2.0/24")]
    [InlineData("?range=192.0.2.0/25", "192.0.2.0/24")]
    [InlineData("?range=192.0.2.0/23&contains=false", "192.0.2.10 192.0.2.10 192.0.2.0/24")]
    [InlineData("?ip=2001:db8:1::42", "2001:db8:1::/48")]
    [InlineData("?ip=2001:db8:2::42", "")]
    [InlineData("?ip=203.0.113.9", "")]
    [InlineData("?scope=Country&value=FR", "FR")]
    [InlineData("?scopes=country", "FR")]
    [InlineData("?type=captcha", "192.0.2.10")]
    [InlineData("?ip=192.0.2.10&limit=1", "192.0.2.10")]
    [InlineData("?ip=192.0.2.10&offset=2", "192.0.2.0/24")]
    [InlineData("?id_gt=4", "FR")]
    public async Task Live_Query_FindsEveryMatch(string query, string expected)
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.10", 30, type: "captcha");
        bench.Add("192.0.2.10", 60);
        bench.Add("192.0.2.0/24", 120);
        bench.Add("2001:db8:1::/48", 120);
        bench.Add("FR", 120, scope: "Country");

        var answer = await bench.Probe.LiveAsync(query);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), answer.Body == "null" ? [] : answer.Live);
        Assert.DoesNotContain("uuid", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("?ip=notanip", "unable to convert 'notanip' to int: invalid ip address 'notanip': invalid ip address / range")]
    [InlineData("?ip=010.0.0.1", "unable to convert '010.0.0.1' to int: invalid ip address '010.0.0.1': invalid ip address / range")]
    [InlineData("?ip=fe80::1%25eth0", "unable to convert 'fe80::1%eth0' to int: invalid ip address 'fe80::1%eth0': invalid ip address / range")]
    [InlineData("?contains=perhaps", "invalid contains value : strconv.ParseBool: parsing \\\"perhaps\\\": invalid syntax: invalid filter")]
    [InlineData("?limit=x", "invalid limit value : strconv.Atoi: parsing \\\"x\\\": invalid syntax: invalid filter")]
    public async Task Live_BadFilter_Is500WithAMessage(string query, string message)
    {
        await using var bench = await LocalApiBench.StartAsync();

        var answer = await bench.Probe.LiveAsync(query);

        Assert.Equal((HttpStatusCode.InternalServerError, $"{{\"message\":\"{message}\"}}"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Live_ExpiredDecision_IsNotFound()
    {
        await using var bench = await LocalApiBench.StartAsync();
        bench.Add("192.0.2.1", 1);
        bench.Pass(60);

        Assert.Equal("null", (await bench.Probe.LiveAsync("?ip=192.0.2.1")).Body);
    }

    [Theory]
    [InlineData(LocalApiDialect.Newest, 59, 1)]
    [InlineData(LocalApiDialect.Newest, 61, 0)]
    [InlineData(LocalApiDialect.V146, 59, 1)]
    [InlineData(LocalApiDialect.V146, 61, 0)]
    public async Task Live_LastPullAMinuteOld_StealsTheStreamsDelta(LocalApiDialect dialect, double age, int left)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");
        bench.Pass(age - 2);

        await bench.Probe.SendAsync(HttpMethod.Head, "v1/decisions?ip=192.0.2.1");
        await bench.Probe.LiveAsync("?ip=192.0.2.1");

        Assert.Equal(left, (await bench.Probe.StreamAsync()).New.Length);
    }

    [Fact]
    public async Task Live_Head_IsEmptyTextAndTouchesNothing()
    {
        await using var bench = await LocalApiBench.StartAsync();
        await bench.Probe.StartupAsync();
        bench.Pass(1);
        bench.Add("192.0.2.1");
        bench.Pass(120);

        var head = await bench.Probe.SendAsync(HttpMethod.Head, "v1/decisions?ip=192.0.2.1");

        Assert.Equal((HttpStatusCode.OK, "text/plain; charset=utf-8", ""), (head.Status, head.ContentType, head.Body));
        Assert.Single((await bench.Probe.StreamAsync()).New);
    }
}

using System.Net;

namespace Bouncer.Testing.Tests;

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
    [InlineData("?contains=perhaps", "invalid contains value: strconv.ParseBool: parsing \\\"perhaps\\\": invalid syntax: invalid filter")]
    [InlineData("?limit=x", "invalid limit value: strconv.Atoi: parsing \\\"x\\\": invalid syntax: invalid filter")]
    [InlineData("?id_gt=", "invalid id_gt value: strconv.Atoi: parsing \\\"\\\": invalid syntax: invalid filter")]
    [InlineData("?id_gt=1_000", "invalid id_gt value: strconv.Atoi: parsing \\\"1_000\\\": invalid syntax: invalid filter")]
    [InlineData("?id_gt=9223372036854775808", "invalid id_gt value: strconv.Atoi: parsing \\\"9223372036854775808\\\": value out of range: invalid filter")]
    [InlineData("?offset=-9223372036854775809", "invalid offset value: strconv.Atoi: parsing \\\"-9223372036854775809\\\": value out of range: invalid filter")]
    public async Task Live_BadFilter_Is500WithAMessage(string query, string message)
    {
        await using var bench = await LocalApiBench.StartAsync();

        var answer = await bench.Probe.LiveAsync(query);

        Assert.Equal((HttpStatusCode.InternalServerError, $"{{\"message\":\"{message}\"}}"), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("?id_gt=2", "3 4")]
    [InlineData("?id_gt=%2B3", "4")]
    [InlineData("?id_gt=-1", "1 2 3 4")]
    [InlineData("?id_gt=4", "")]
    [InlineData("?id_gt=2147483648", "")]
    [InlineData("?id_gt=9223372036854775807", "")]
    [InlineData("?id_gt=1&scopes=ip", "2")]
    [InlineData("?id_gt=1&value=192.0.2.1", "3")]
    [InlineData("?id_gt=0&limit=2147483648", "1 2 3 4")]
    [InlineData("?limit=0", "")]
    [InlineData("?limit=-1", "1 2 3 4")]
    [InlineData("?offset=9223372036854775807", "")]
    [InlineData("?offset=-1", "1 2 3 4")]
    public async Task Live_IdLimitOrOffset_NewestReadsThemAsInt64And146IgnoresThem(string query, string expected)
    {
        foreach (var dialect in (LocalApiDialect[])[LocalApiDialect.Newest, LocalApiDialect.V146])
        {
            await using var bench = await LocalApiBench.StartAsync(dialect);
            bench.Add("192.0.2.1");
            bench.Add("192.0.2.2");
            bench.Add("192.0.2.1", scope: "Range");
            bench.Add("FR", scope: "Country");

            var answer = await bench.Probe.LiveAsync(query);

            Assert.Equal(HttpStatusCode.OK, answer.Status);
            if (dialect == LocalApiDialect.Newest)
            {
                Assert.Equal(expected, string.Join(' ', answer.LiveIds.Order()));
            }
            else
            {
                Assert.Equal(
                    string.Join(' ', (await bench.Probe.LiveAsync(query.Contains("value=", StringComparison.Ordinal) ? "?value=192.0.2.1"
                        : query.Contains("scopes=", StringComparison.Ordinal) ? "?scopes=ip" : "")).LiveIds),
                    string.Join(' ', answer.LiveIds));
                Assert.NotEmpty(answer.LiveIds);
            }
        }
    }

    [Theory]
    [InlineData(LocalApiDialect.Newest)]
    [InlineData(LocalApiDialect.V146)]
    public async Task Live_EveryFilterOfTheSource_SelectsInBothDialects(LocalApiDialect dialect)
    {
        await using var bench = await LocalApiBench.StartAsync(dialect);
        bench.Add("192.0.2.1");
        bench.Add("192.0.2.1", type: "captcha", origin: "crowdsec");
        bench.Add("192.0.2.0/24", origin: "CAPI");
        bench.Add("FR", scope: "Country", origin: "lists");
        bench.Add("192.0.2.1", simulated: true);

        async Task<string> IdsAsync(string query) => string.Join(' ', (await bench.Probe.LiveAsync(query)).LiveIds);

        Assert.Equal("1 2", await IdsAsync("?value=192.0.2.1"));
        Assert.Equal("1 2 5", await IdsAsync("?value=192.0.2.1&simulated=true"));
        Assert.Equal("2", await IdsAsync("?value=192.0.2.1&type=captcha"));
        Assert.Equal("", await IdsAsync("?value=192.0.2.9"));
        Assert.Equal("1 3 4", await IdsAsync("?type=ban"));
        Assert.Equal("2 3", await IdsAsync("?origins=crowdsec,CAPI"));
        Assert.Equal("3 4", await IdsAsync("?scopes=range,country"));
        Assert.Equal("3", await IdsAsync("?ip=192.0.2.1&origins=CAPI"));
    }

    [Fact]
    public async Task Live_Limit_TakesPartOfTheMatchesInNoUsefulOrder()
    {
        await using var bench = await LocalApiBench.StartAsync();
        for (var i = 1; i <= 100; i++)
        {
            bench.Add($"192.0.2.{i}");
        }

        var ids = (await bench.Probe.LiveAsync("?id_gt=50&limit=10")).LiveIds;

        Assert.Equal(10, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 51, 100));
        Assert.NotEqual(ids.Order(), ids);
        Assert.NotEqual(ids.OrderDescending(), ids);
        Assert.NotEqual(Enumerable.Range(51, 10).Select(id => (long)id), ids.Order());
        Assert.NotEqual(Enumerable.Range(91, 10).Select(id => (long)id), ids.Order());
        var first = (await bench.Probe.LiveAsync("?limit=60")).LiveIds;
        var rest = (await bench.Probe.LiveAsync("?offset=60")).LiveIds;
        Assert.Equal(Enumerable.Range(1, 100).Select(id => (long)id), first.Concat(rest).Order());
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

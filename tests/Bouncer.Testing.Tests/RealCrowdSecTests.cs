using Bouncer.TestUtils;

namespace Bouncer.Testing.Tests;

/// <summary>The 1.4.6 dialect against a real CrowdSec 1.4.6: told the same, asked the same, the answers are the same.</summary>
public sealed class RealCrowdSecTests
{
    [Fact]
    public async Task V146_EveryFilter_SelectsTheSame()
    {
        await using var twins = await Twins.StartAsync();
        await twins.AddAsync("192.0.2.1", "1h", reason: "crowdsecurity/ssh-bf");
        await twins.AddAsync("192.0.2.1", "2h", reason: "a<b>&\"c\\d é ' 100%_x\t");
        await twins.AddAsync("192.0.2.1", "30m", type: "captcha");
        await twins.AddAsync("192.0.2.0/24", "3h");
        await twins.AddAsync("198.51.100.7/24", "5h");
        await twins.AddAsync("::ffff:192.0.2.6", "6h");
        await twins.AddAsync("2001:DB8::1", "7h");
        await twins.AddAsync("2001:db8:1::/48", "8h");
        await twins.AddAsync("Alice", "9h", scope: "Username");
        await twins.AddAsync("FR", "10h", scope: "country");
        await twins.AddAsync("64500", "11h", scope: "aS");
        await twins.PushAsync("203.0.113.1", "12h", origin: "crowdsec");
        await twins.PushAsync("203.0.113.1", "13h", origin: "CAPI");
        await twins.PushAsync("203.0.113.2", "14h", origin: "lists", scenario: "firehol", simulated: true);
        await twins.PushAsync("192.0.2.1", "15h", origin: "crowdsec", simulated: true);

        foreach (var filter in Filters)
        {
            await twins.SameAsync("v1/decisions?" + filter);
            await twins.SameAsync("v1/decisions/stream?startup=true&" + filter);
            await twins.SameAsync("v1/decisions/stream?startup=true&dedup=false&" + filter);
        }
    }

    [Fact]
    public async Task V146_LifeOfDecisions_AnswersTheSameStepByStep()
    {
        await using var twins = await Twins.StartAsync();
        await twins.SameAsync("v1/decisions/stream?startup=true");
        await twins.SameAsync("v1/decisions?ip=192.0.2.1");

        await twins.AddAsync("192.0.2.1", "1h", reason: "short");
        await twins.AddAsync("192.0.2.1", "2h", reason: "long");
        await twins.AddAsync("192.0.2.1", "30m", type: "captcha", reason: "cap");
        await twins.AddAsync("2001:db8::/32", "4h");
        var first = await twins.SameAsync("v1/decisions/stream");
        Assert.Equal(3, first.New.Length);
        await twins.SameAsync("v1/decisions/stream");

        await twins.DeleteAsync(2);
        var longerGone = await twins.SameAsync("v1/decisions/stream");
        Assert.Empty(longerGone.Deleted);
        await twins.SameAsync("v1/decisions?ip=192.0.2.1");
        await twins.SameAsync("v1/decisions/stream?startup=true");
        await twins.SameAsync("v1/decisions/stream?startup=true&dedup=false");

        await twins.DeleteAsync("192.0.2.1");
        var allGone = await twins.SameAsync("v1/decisions/stream");
        Assert.Equal(2, allGone.Deleted.Length);
        await twins.SameAsync("v1/decisions/stream?dedup=false");
        await twins.SameAsync("v1/decisions?ip=192.0.2.1");

        await twins.AddAsync("192.0.2.1", "1h", reason: "again");
        await twins.PushAsync("203.0.113.9", "3s", "crowdsec", simulated: true);
        await twins.AddAsync("203.0.113.1", "3s", reason: "brief");
        await twins.SameAsync("v1/decisions/stream");
        await Eventually.TrueAsync(async () => (await LiveBodiesAsync(twins, "203.0.113.1")).All(body => body == "null"));
        var briefGone = await twins.SameAsync("v1/decisions/stream");
        Assert.Contains("203.0.113.1", briefGone.Deleted);
        Assert.DoesNotContain("203.0.113.9", (await twins.SameAsync("v1/decisions/stream?startup=true&simulated=true")).Deleted);

        await twins.DeleteAllAsync();
        await twins.SameAsync("v1/decisions/stream");
        await twins.SameAsync("v1/decisions/stream?startup=true");
        await twins.SameAsync("v1/decisions/stream?startup=true&dedup=false");
        await twins.SameAsync("v1/decisions");
    }

    [Fact]
    public async Task V146_LastPull_MovesTheSame()
    {
        await using var twins = await Twins.StartAsync();
        await twins.AddAsync("192.0.2.1");
        await twins.AddBouncerAsync("late", "feedfeedfeedfeedfeedfeedfeedfeed");
        await twins.AddAsync("192.0.2.2");

        var late = await twins.SameAsync("v1/decisions/stream", key: "feedfeedfeedfeedfeedfeedfeedfeed");
        Assert.Equal(["192.0.2.2"], late.New);

        await twins.AddAsync("192.0.2.3");
        await twins.SameAsync("v1/decisions/stream?ip=notanip");
        await twins.SameAsync("v1/decisions/stream?startup=true&contains=perhaps");
        await twins.SameAsync("v1/decisions?ip=192.0.2.3");
        await twins.SameAsync("v1/decisions?ip=192.0.2.3", HttpMethod.Head);
        Assert.Equal(3, (await twins.SameAsync("v1/decisions/stream")).New.Length);

        await twins.AddAsync("192.0.2.4");
        await twins.SameAsync("v1/decisions/stream", HttpMethod.Head);
        Assert.Empty((await twins.SameAsync("v1/decisions/stream")).New);

        await twins.AddAsync("192.0.2.5");
        await twins.SameAsync("v1/decisions/stream?startup=true", HttpMethod.Head);
        Assert.Empty((await twins.SameAsync("v1/decisions/stream")).New);
        Assert.Equal(3, (await twins.SameAsync("v1/decisions/stream", key: "feedfeedfeedfeedfeedfeedfeedfeed")).New.Length);
    }

    [Fact]
    public async Task V146_RoutesKeysAndBadFilters_AnswerTheSame()
    {
        await using var twins = await Twins.StartAsync();
        foreach (var path in (string[])["", "nope", "health", "v1/decisions", "v1/decisions/stream", "v1/Decisions", "v1/usage-metrics", "v1/alerts"])
        {
            foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "DELETE"])
            {
                await twins.SameAsync(path, new HttpMethod(method));
                await twins.SameAsync(path, new HttpMethod(method), key: "wrong");
                await twins.SameAsync(path, new HttpMethod(method), key: null);
            }
        }

        foreach (var filter in BadFilters)
        {
            await twins.SameAsync("v1/decisions?" + filter);
            await twins.SameAsync("v1/decisions?" + filter, HttpMethod.Head);
            await twins.SameAsync("v1/decisions/stream?" + filter);
            await twins.SameAsync("v1/decisions/stream?startup=true&" + filter);
        }
    }

    [Fact]
    public async Task V146_AlertsDeleted_NothingIsListedAsDeleted()
    {
        await using var twins = await Twins.StartAsync();
        await twins.AddAsync("192.0.2.1", "1h");
        await twins.AddAsync("192.0.2.1", "2h", type: "captcha");
        await twins.AddAsync("192.0.2.2", "1h");
        Assert.Equal(3, (await twins.SameAsync("v1/decisions/stream")).New.Length);

        await twins.RemoveAsync("192.0.2.1");

        Assert.Empty((await twins.SameAsync("v1/decisions/stream")).Deleted);
        Assert.Empty((await twins.SameAsync("v1/decisions/stream?startup=true")).Deleted);
        Assert.Equal([3L], (await twins.SameAsync("v1/decisions")).LiveIds);
        await twins.SameAsync("v1/decisions?value=192.0.2.1");
        await twins.AddAsync("192.0.2.3", "1h");
        Assert.Equal([4L], (await twins.SameAsync("v1/decisions/stream")).Ids("new"));
    }

    [Fact]
    public async Task V146_LongAnswer_IsChunkedTheSame()
    {
        await using var twins = await Twins.StartAsync();
        for (var i = 1; i <= 30; i++)
        {
            await twins.PushAsync($"192.0.2.{i}", $"{i}h", "CAPI");
        }

        Assert.True((await twins.SameAsync("v1/decisions/stream?startup=true")).Chunked);
        Assert.True((await twins.SameAsync("v1/decisions")).Chunked);
        await twins.SameAsync("v1/decisions/stream", HttpMethod.Head);
    }

    private static string[] Filters =>
    [
        "", "nonsense=1", "ip=192.0.2.1", "ip=192.0.2.6", "ip=::ffff:192.0.2.6", "ip=198.51.100.200", "ip=2001:db8::1", "ip=2001:db8:1::42",
        "ip=203.0.113.200", "ip=192.0.2.0/25", "range=192.0.2.0/24", "range=192.0.2.0/23&contains=false", "range=0.0.0.0/0&contains=false",
        "range=::/0&contains=false", "ip=192.0.2.1&contains=false", "ip=192.0.2.1&contains=1", "range=192.0.2.1", "ip=192.0.2.1&ip=198.51.100.1",
        "ip=192.0.2.1;x=1", "ip=192.0.2.1%", "ip=192.0.2.1%2F24", "scopes=ip", "scopes=RANGE,Ip", "scopes=country,as", "scopes=username", "scopes=Username", "scopes=",
        "scope=Country", "scope=country&value=FR", "value=192.0.2.1", "value=2001:db8::1", "value=2001:DB8::1", "type=ban", "type=BAN", "type=captcha",
        "origins=cscli", "origins=CSCLI", "origins=crowdsec", "origins=CAPI,lists", "origins=", "scenarios_containing=SSH", "scenarios_containing=%25",
        "scenarios_containing=_", "scenarios_containing=", "scenarios_containing=nope,test", "scenarios_not_containing=test", "scenarios_not_containing=ssh,TEST",
        "scenarios_not_containing=", "simulated=true", "simulated=false", "simulated=TRUE", "simulated=&origins=lists", "limit=1", "limit=x", "offset=1", "id_gt=3",
        "id_gt=9223372036854775807", "id_gt=99999999999999999999", "limit=0", "value=192.0.2.1&type=captcha", "value=192.0.2.1&origins=CAPI,crowdsec&simulated=true",
        "ip=192.0.2.1&type=ban&origins=cscli", "scopes=range&origins=cscli", "value=", "type=", "type=ban,captcha", "value=192.0.2.1,FR",
        "dedup=FALSE", "dedup=", "community_pull=false&additional_pull=false",
    ];

    private static string[] BadFilters =>
    [
        "ip=notanip", "ip=", "ip=1.2.3", "ip=1.2.3.4.5", "ip=256.0.0.1", "ip=010.0.0.1", "ip=1.2.3.4/33", "ip=1.2.3.4/", "ip=1.2.3.4/x", "range=1.2.3.4/-1",
        "ip=fe80::1%25eth0", "ip=[::1]", "ip=::1/129", "ip=0x7f.1", "ip=+1.2.3.4", "ip=1", "contains=perhaps", "contains=", "contains=yes&ip=1.2.3.4",
    ];

    private static async Task<string[]> LiveBodiesAsync(Twins twins, string address)
    {
        using var real = new LapiProbe(twins.Real.Url, CrowdSecServer.ApiKey);
        using var sample = new LapiProbe(twins.Sample.Url, CrowdSecServer.ApiKey);
        return [(await real.LiveAsync("?ip=" + address)).Body, (await sample.LiveAsync("?ip=" + address)).Body];
    }
}

using System.Net;
using System.Text.Json;

namespace Bouncer.Testing.Tests.AppSec;

public sealed class AppSecChallengeTests
{
    private const string Solution = "f=browser&n=solved";

    [Fact]
    public async Task RequireChallenge_NoCookie_GetsThePage()
    {
        await using var bench = await StartAsync();

        var page = Read(await bench.SendAsync("/shop"));

        Assert.Equal((200, "text/html"), (page.Status, page.Header("Content-Type")));
        Assert.StartsWith("default-src 'self'; script-src", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("/crowdsec-internal/challenge/pow-worker.js", page.Body, StringComparison.Ordinal);
        Assert.Contains("/crowdsec-internal/challenge/fpscanner.js", page.Body, StringComparison.Ordinal);
        Assert.Contains("/crowdsec-internal/challenge/submit", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pow-worker.js")]
    [InlineData("fpscanner.js")]
    public async Task RequireChallenge_Script_IsServed(string name)
    {
        await using var bench = await StartAsync();

        var script = Read(await bench.SendAsync("/crowdsec-internal/challenge/" + name));

        Assert.Equal((200, "application/javascript", "public, max-age=3600"), (script.Status, script.Header("Content-Type"), script.Header("Cache-Control")));
        Assert.NotEmpty(script.Body);
    }

    [Fact]
    public async Task RequireChallenge_Solved_GrantsACookieToThatUserAgent()
    {
        await using var bench = await StartAsync();

        var solved = Read(await bench.SendAsync("/crowdsec-internal/challenge/submit", new StringContent(Solution), ("X-Crowdsec-Appsec-User-Agent", "A")));

        Assert.Equal((200, "{\"status\":\"ok\"}", "application/json"), (solved.Status, solved.Body, solved.Header("Content-Type")));
        var expires = bench.Clock.GetUtcNow().AddHours(12).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Matches($"^__crowdsec_challenge=[0-9a-f]{{32}}; Path=/; Expires={expires}; Max-Age=43200; HttpOnly; SameSite=Lax$", Assert.Single(solved.Cookies));
        var cookie = ("Cookie", "a=b; " + solved.Cookies[0].Split(';')[0]);
        Assert.Equal(AppSecAnswer.Allow, await bench.SendAsync("/", null, cookie, ("X-Crowdsec-Appsec-User-Agent", "A")));
        Assert.Equal(AppSecAnswer.Ban, await bench.SendAsync("/rpc2", null, cookie, ("X-Crowdsec-Appsec-User-Agent", "A")));
        Assert.Contains("\"challenge\"", (await bench.SendAsync("/", null, cookie, ("X-Crowdsec-Appsec-User-Agent", "B"))).Body, StringComparison.Ordinal);
        Assert.Contains("\"challenge\"", (await bench.SendAsync("/", null, ("Cookie", "__crowdsec_challenge=00"))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireChallenge_WrongSolution_FailsWithoutACookie()
    {
        await using var bench = await StartAsync();

        var failed = Read(await bench.SendAsync("/crowdsec-internal/challenge/submit", new StringContent("f=robot")));

        Assert.Equal((200, "{\"status\":\"failed\"}"), (failed.Status, failed.Body));
        Assert.Empty(failed.Cookies);
    }

    [Fact]
    public async Task RequireChallenge_Attack_IsBannedAndNotAsked()
    {
        await using var bench = await StartAsync();

        Assert.Equal(AppSecAnswer.Ban, await bench.SendAsync("/rpc2"));
        Assert.Equal(AppSecAnswer.Allow, await bench.SendAsync("/", null, await GrantAsync(bench)));
    }

    [Fact]
    public async Task GrantChallenge_FromARule_RedirectsWithACookie()
    {
        await using var bench = await StartAsync();
        bench.Server.Rules = bench.Server.GrantChallenge;

        var granted = Read(await bench.SendAsync("/shop?a=1"));

        Assert.Equal((307, "/shop?a=1", "text/html; charset=utf-8"), (granted.Status, granted.Header("Location"), granted.Header("Content-Type")));
        bench.Server.Rules = null;
        Assert.Equal(AppSecAnswer.Allow, await bench.SendAsync("/shop?a=1", null, ("Cookie", granted.Cookies[0].Split(';')[0])));
    }

    [Fact]
    public async Task Challenge_OfARule_IsAPageWithThePolicy()
    {
        await using var bench = await AppSecBench.StartAsync();
        bench.Server.Rules = _ => AppSecReply.Challenge("<p>Prove it</p>");

        var answer = await bench.SendAsync();

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        var page = Read(answer);
        Assert.Equal((200, "<p>Prove it</p>", "no-cache, no-store"), (page.Status, page.Body, page.Header("Cache-Control")));
        Assert.NotEmpty(page.Header("Content-Security-Policy"));
    }

    private static async Task<AppSecBench> StartAsync()
    {
        var bench = await AppSecBench.StartAsync();
        bench.Server.RequireChallenge = true;
        return bench;
    }

    private static async Task<(string, string?)> GrantAsync(AppSecBench bench)
    {
        var solved = Read(await bench.SendAsync("/crowdsec-internal/challenge/submit", new StringContent(Solution)));
        return ("Cookie", solved.Cookies[0].Split(';')[0]);
    }

    private static Relayed Read(AppSecAnswer answer)
    {
        using var json = JsonDocument.Parse(answer.Body);
        var root = json.RootElement;
        Assert.Equal("challenge", root.GetProperty("action").GetString());
        return new Relayed(
            root.GetProperty("http_status").GetInt32(),
            root.GetProperty("user_body_content").GetString()!,
            root.TryGetProperty("user_cookies", out var cookies) ? [.. cookies.EnumerateArray().Select(cookie => cookie.GetString()!)] : [],
            root.GetProperty("user_headers").EnumerateObject().ToDictionary(header => header.Name, header => Assert.Single(header.Value.EnumerateArray()).GetString()!));
    }

    private sealed record Relayed(int Status, string Body, IReadOnlyList<string> Cookies, Dictionary<string, string> Headers)
    {
        public string Header(string name) => Headers[name];
    }
}

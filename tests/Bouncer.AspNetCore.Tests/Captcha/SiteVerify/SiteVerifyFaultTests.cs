using System.Net;
using System.Text;
using Bouncer.AspNetCore.Captcha.SiteVerify;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Tests.Captcha.SiteVerify;

public sealed class SiteVerifyFaultTests
{
    private const int Many = 5;

    [Theory]
    [InlineData(200, "", "unreadable")]
    [InlineData(200, "<html><body>success: true</body></html>", "unreadable")]
    [InlineData(200, "true", "unreadable")]
    [InlineData(200, "[{\"success\":true}]", "unreadable")]
    [InlineData(200, "{}", "unreadable")]
    [InlineData(200, "{\"success\":\"true\"}", "unreadable")]
    [InlineData(200, "{\"success\":1}", "unreadable")]
    [InlineData(200, "{\"success\":null}", "unreadable")]
    [InlineData(200, "{\"success\":true", "unreadable")]
    [InlineData(200, "{\"success\":false,\"success\":true}", "unreadable")]
    [InlineData(200, "{\"success\":true,}", "unreadable")]
    [InlineData(200, "{\"Success\":true}", "unreadable")]
    [InlineData(200, "{\"success\":true,\"hostname\":7}", "unreadable")]
    [InlineData(200, "{\"success\":true,\"hostname\":\"\\ud800\"}", "unreadable")]
    [InlineData(200, "{\"success\":true,\"action\":[]}", "unreadable")]
    [InlineData(200, "{\"success\":true,\"score\":\"0.9\"}", "unreadable")]
    [InlineData(200, "{\"success\":true,\"challenge_ts\":\"yesterday\"}", "unreadable")]
    [InlineData(200, "{\"success\":true,\"challenge_ts\":1772366400}", "unreadable")]
    [InlineData(400, "bad request", "status_400")]
    [InlineData(400, "[{\"success\":false}]", "status_400")]
    [InlineData(403, "<html>{}</html>", "status_403")]
    [InlineData(404, "", "status_404")]
    [InlineData(404, "404", "status_404")]
    [InlineData(201, "{\"success\":true}", "status_201")]
    [InlineData(401, "{\"success\":true}", "status_401")]
    [InlineData(429, "{\"success\":true}", "status_429")]
    [InlineData(500, "{\"success\":true}", "status_500")]
    [InlineData(503, "{\"success\":true}", "status_503")]
    public async Task C19_AnAnswerThatIsNone_IsAFault(int status, string body, string fault)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says(body, status);
        Assert.Equal(new CaptchaVerdict(IsSolved: false, Fault: fault), await fixture.VerifyAsync());
    }

    /// <summary>F4: Cap says 404 to a token it never gave and 403 to an old one; a client that can cause a fault chooses the captcha of all others.</summary>
    [Theory]
    [InlineData(400, "{\"success\":false,\"error-codes\":[\"invalid-input-response\"]}")]
    [InlineData(403, "{\"error\":\"Token expired\"}")]
    [InlineData(404, "{\"error\":\"Token not found\"}")]
    [InlineData(410, "{}")]
    [InlineData(422, "{\"success\":\"no\"}")]
    [InlineData(400, "{\"success\":true}")]
    [InlineData(404, "{\"success\":true,\"hostname\":\"site.example\"}")]
    public async Task F4_ANoOfAnyForm_IsNoFault(int status, string body)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says(body, status);
        for (var client = 1; client <= 2 * Many; client++)
        {
            Assert.Equal(default, await fixture.VerifyAsync(address: Client(client)));
        }

        fixture.Fake.Says(fixture.Yes());
        Assert.True((await fixture.VerifyAsync()).IsSolved);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    public async Task F4_ANoAboutTheSecret_IsAFault(int status)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("""{"success":false,"error-codes":["invalid-input-secret"]}""", status);
        Assert.Equal("secret", (await fixture.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task F4_FailuresThatOneClientMeets_DoNotKeepOthersFromTheService()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("", status: 429);
        for (var failure = 0; failure < 3 * Many; failure++)
        {
            Assert.Equal("status_429", (await fixture.VerifyAsync(address: Client(failure % 2))).Fault);
        }

        fixture.Fake.Says(fixture.Yes());
        Assert.True((await fixture.VerifyAsync(address: Client(9))).IsSolved);
    }

    [Theory]
    [InlineData("""{"success":false,"error-codes":["invalid-input-response"]}""", 200, null)]
    [InlineData("""{"error":"Token not found"}""", 404, null)]
    [InlineData("""{"success":false,"error-codes":["invalid-input-secret"]}""", 200, "secret")]
    [InlineData("", 502, "status_502")]
    public async Task F4_AProbeOfOurs_FindsWhetherTheServiceAnswers(string body, int status, string? fault)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says(body, status);
        Assert.Equal(fault, await fixture.Provider.ProbeAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>F4: with a /48 come 65,536 clients of 4 checks each.</summary>
    [Theory]
    [InlineData("2001:db8:7:{0:x}::1", SiteVerifyClient.MaxCalls / 2)]
    [InlineData("192.0.{0}.1", SiteVerifyClient.MaxCalls / 2)]
    [InlineData("192.0.2.{0}", 11)]
    public async Task F4_FloodOfOneNetwork_LeavesTheServiceToOthersAndToOurProbe(string addresses, int share)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        var release = new TaskCompletionSource();
        var yes = fixture.Yes();
        fixture.Fake.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync(yes);
        };
        var flood = Enumerable.Range(0, 64).Select(at => fixture.VerifyAsync(address: IPAddress.Parse(string.Format(null, addresses, at)))).ToArray();
        var other = fixture.VerifyAsync(address: IPAddress.Parse("203.0.113.7"));
        var probe = fixture.Provider.ProbeAsync(TestContext.Current.CancellationToken).AsTask();
        await Eventually.TrueAsync(() => fixture.Fake.Calls.Count == share + 2);
        release.SetResult();
        Assert.True((await other).IsSolved);
        Assert.Null(await probe);
        var verdicts = await Task.WhenAll(flood);
        Assert.Equal(share, verdicts.Count(verdict => verdict.IsSolved));
        Assert.All(verdicts.Where(verdict => !verdict.IsSolved), verdict => Assert.Equal("busy", verdict.Fault));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task C19_ARedirect_IsAFaultAndNotFollowed(int status)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        await using var elsewhere = await FakeSiteVerify.StartAsync();
        elsewhere.Says(fixture.Yes());
        fixture.Fake.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = elsewhere.Url.AbsoluteUri;
            return Task.CompletedTask;
        };
        Assert.Equal(new CaptchaVerdict(IsSolved: false, Fault: $"status_{status}"), await fixture.VerifyAsync());
        Assert.Empty(elsewhere.Calls);
    }

    [Fact]
    public async Task C19_NoServer_IsAFault()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Use(fixture.Settings with { Endpoint = new Uri($"http://127.0.0.1:{FreePort.Take()}/siteverify") });
        Assert.Equal(new CaptchaVerdict(IsSolved: false, Fault: "unreachable"), await fixture.VerifyAsync());
    }

    [Fact]
    public async Task C19_AConnectionCutInTheMiddle_IsAFault()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Answer = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("{\"success\":true}");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        Assert.Equal(new CaptchaVerdict(IsSolved: false, Fault: "unreachable"), await fixture.VerifyAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C19_AServiceThatIsSilent_IsAFaultAfterTheDeadline(bool afterTheHeaders)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        var asked = new TaskCompletionSource();
        fixture.Fake.Answer = async context =>
        {
            if (afterTheHeaders)
            {
                await context.Response.WriteAsync("{\"success\":");
                await context.Response.Body.FlushAsync();
            }

            asked.SetResult();
            await FakeSiteVerify.HangAsync(context);
        };
        using var deadline = new CancellationTokenSource();
        var verdict = fixture.VerifyAsync(deadline: deadline.Token);
        await asked.Task;
        Assert.False(verdict.IsCompleted);
        await deadline.CancelAsync();
        Assert.Equal(new CaptchaVerdict(IsSolved: false, Fault: "timeout"), await verdict);
    }

    [Theory]
    [InlineData(16 * 1024, true)]
    [InlineData((16 * 1024) + 1, false)]
    [InlineData(4 * 1024 * 1024, false)]
    public async Task C19_ALargeAnswer_IsReadUpToItsCap(int length, bool isSolved)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        var yes = fixture.Yes();
        fixture.Fake.Says(yes + new string(' ', length - yes.Length));
        Assert.Equal(isSolved ? null : "too_large", (await fixture.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task C19_AnAnswerWithoutEnd_IsNotReadBeyondItsCap()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Answer = async context =>
        {
            await context.Response.WriteAsync(new string(' ', 64 * 1024));
            await context.Response.Body.FlushAsync();
            await FakeSiteVerify.HangAsync(context);
        };
        Assert.Equal("too_large", (await fixture.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task C19_ACompressedAnswer_IsAFault()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        var yes = fixture.Yes();
        fixture.Fake.Answer = async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await using var zip = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await zip.WriteAsync(Encoding.UTF8.GetBytes(yes));
        };
        Assert.Equal("unreadable", (await fixture.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task C19_ADeepAnswer_IsAFault()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("{\"success\":true,\"data\":" + new string('[', 4000) + new string(']', 4000) + "}");
        Assert.Equal("unreadable", (await fixture.VerifyAsync()).Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    [InlineData("n\u00f6n-ascii")]
    public async Task C19_ATextThatIsNoToken_IsRefusedWithoutACallAndWithoutAFault(string token)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says(fixture.Yes());
        Assert.Equal(default, await fixture.VerifyAsync(token));
        Assert.Empty(fixture.Fake.Calls);
    }

    [Fact]
    public async Task C19_ALongToken_IsRefusedWithoutACall()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says(fixture.Yes());
        Assert.Equal(default, await fixture.VerifyAsync(new string('a', 2049)));
        Assert.Equal(default, await fixture.VerifyAsync(new string('a', 65_536)));
        Assert.Empty(fixture.Fake.Calls);
        Assert.True((await fixture.VerifyAsync(new string('a', 2048))).IsSolved);
    }

    [Theory]
    [InlineData("invalid-input-secret")]
    [InlineData("missing-input-secret")]
    public async Task C19_ASecretThatTheServiceRefuses_IsAFault(string code)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says($$"""{"success":false,"error-codes":["{{code}}"]}""");
        Assert.Equal(new CaptchaVerdict(IsSolved: false, Fault: "secret"), await fixture.VerifyAsync());
    }

    [Fact]
    public async Task C19_RefusalsInARow_DoNotOpenTheCircuit()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("""{"success":false}""");
        for (var refusal = 0; refusal < 3 * Many; refusal++)
        {
            Assert.Equal(default, await fixture.VerifyAsync());
        }

        fixture.Fake.Says(fixture.Yes());
        Assert.True((await fixture.VerifyAsync()).IsSolved);
    }

    /// <summary>The service goes on with a check whose visitor has left, so it counts on.</summary>
    [Fact]
    public async Task F4_VisitorWhoLeaves_DoesNotEndTheCheck()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        var release = new TaskCompletionSource();
        var yes = fixture.Yes();
        fixture.Fake.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync(yes);
        };
        using var gone = new CancellationTokenSource();
        var context = new CaptchaContext(
            new DefaultHttpContext { RequestAborted = gone.Token }, ClientKey.Of(Client(1)), SiteVerifyFixture.Host, "bouncer_default", 1, Client(1));
        var verdict = fixture.Provider.VerifyAsync(context, "a-token", CancellationToken.None).AsTask();
        await Eventually.TrueAsync(() => fixture.Fake.Calls.Count == 1);
        await gone.CancelAsync();
        release.SetResult();
        Assert.True((await verdict).IsSolved);
    }

    /// <summary>Some servers begin JSON with a byte order mark.</summary>
    [Theory]
    [InlineData(200, "{\"success\":false}")]
    [InlineData(404, "{\"error\":\"Token not found\"}")]
    public async Task F4_AnAnswerWithAByteOrderMark_IsRead(int status, string body)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("\ufeff" + body, status);
        Assert.Equal(default, await fixture.VerifyAsync());
    }

    /// <summary>F14: a service may have an internationalised name in either form, and the settings too.</summary>
    [Theory]
    [InlineData("xn--mnchen-3ya.test", "m\u00fcnchen.test", true)]
    [InlineData("m\u00fcnchen.test", "XN--MNCHEN-3YA.TEST", true)]
    [InlineData("m\u00fcnchen.test", "mnchen.test", false)]
    [InlineData("m\u00fcnchen.test", "\u00fc..test", false)]
    public async Task F14_InternationalisedHost_IsComparedInAscii(string expected, string told, bool isSolved)
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Use(fixture.Settings with { Hostname = expected });
        fixture.Fake.Says(fixture.Yes(("hostname", $"\"{told}\"")));
        Assert.Equal(isSolved, (await fixture.VerifyAsync()).IsSolved);
    }

    private static IPAddress Client(int number) => new([192, 0, 2, (byte)number]);
}

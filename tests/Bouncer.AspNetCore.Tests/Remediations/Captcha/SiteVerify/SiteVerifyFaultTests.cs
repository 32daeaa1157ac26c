using System.Net;
using System.Text;
using Bouncer.AspNetCore.Remediations.Captcha.SiteVerify;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Http;

namespace Bouncer.AspNetCore.Tests.Remediations.Captcha.SiteVerify;

public sealed class SiteVerifyFaultTests
{
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

    /// <summary>F4: Cap says 404 to a token it never gave and 403 to an old one; whoever can cause a fault chooses everybody's captcha.</summary>
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
        for (var client = 1; client <= 2 * CircuitBreaker.Failures; client++)
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
        for (var failure = 0; failure < 3 * CircuitBreaker.Failures; failure++)
        {
            Assert.Equal("status_429", (await fixture.VerifyAsync(address: Client(failure % 2))).Fault);
        }

        fixture.Fake.Says(fixture.Yes());
        Assert.True((await fixture.VerifyAsync(address: Client(9))).IsSolved);
    }

    [Fact]
    public async Task F4_AProbeOfOurs_OpensTheCircuitForEverybody()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("", status: 503);
        for (var failure = 1; failure < CircuitBreaker.Failures; failure++)
        {
            await fixture.VerifyAsync();
        }

        Assert.Equal("status_503", await fixture.Provider.ProbeAsync(TestContext.Current.CancellationToken));
        Assert.Contains("response=bouncer-probe", fixture.Fake.Calls.Last().Body, StringComparison.Ordinal);
        Assert.Equal("circuit_open", (await fixture.VerifyAsync()).Fault);
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

    /// <summary>What waited in our own queue had no whole timeout with the service, and does not blame it.</summary>
    [Fact]
    public async Task F4_OwnQueue_IsBusyAndNotTheServicesFault()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Answer = FakeSiteVerify.HangAsync;
        using var gone = new CancellationTokenSource();
        var first = Enumerable.Range(0, SiteVerifyClient.MaxCalls).Select(_ => VerifyAsync(fixture, gone.Token, gone.Token)).ToArray();
        await Eventually.TrueAsync(() => fixture.Fake.Calls.Count == SiteVerifyClient.MaxCalls);
        List<Task<CaptchaVerdict>> waiting = [];
        using var patience = new CancellationTokenSource();
        for (var client = 0; client < 2 * CircuitBreaker.Failures; client++)
        {
            waiting.Add(VerifyAsync(fixture, CancellationToken.None, patience.Token, Client(client)));
        }

        await patience.CancelAsync();
        Assert.All(await Task.WhenAll(waiting), verdict => Assert.Equal("busy", verdict.Fault));
        await gone.CancelAsync();
        foreach (var visitor in first)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visitor);
        }

        fixture.Fake.Says(fixture.Yes());
        Assert.True((await fixture.VerifyAsync()).IsSolved);
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
    public async Task C19_NobodyThere_IsAFault()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Current = SiteVerifyFixture.SettingsFor(new Uri($"http://127.0.0.1:{FreePort.Take()}/siteverify"));
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
    public async Task C19_AServiceThatIsSilent_IsAFaultAfterTheTimeout(bool afterTheHeaders)
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
        var verdict = fixture.VerifyAsync();
        await asked.Task;
        Assert.False(verdict.IsCompleted);
        fixture.Clock.Advance(SiteVerifyClient.Timeout);
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
    public async Task C19_AfterFailuresInARow_TheServiceIsLeftAloneForAWhile()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("", status: 503);
        for (var failure = 0; failure < CircuitBreaker.Failures; failure++)
        {
            Assert.Equal("status_503", (await fixture.VerifyAsync(address: Client(failure))).Fault);
        }

        fixture.Fake.Says(fixture.Yes());
        Assert.Equal("circuit_open", (await fixture.VerifyAsync()).Fault);
        Assert.Equal(CircuitBreaker.Failures, fixture.Fake.Calls.Count);
        fixture.Clock.Advance(CircuitBreaker.Pause);
        Assert.True((await fixture.VerifyAsync()).IsSolved);
        Assert.True((await fixture.VerifyAsync()).IsSolved);
    }

    [Fact]
    public async Task C19_WhenTheTryAfterTheBreakFails_TheServiceIsLeftAloneAgain()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("", status: 503);
        for (var failure = 0; failure < CircuitBreaker.Failures; failure++)
        {
            await fixture.VerifyAsync(address: Client(failure));
        }

        fixture.Clock.Advance(CircuitBreaker.Pause);
        Assert.Equal("status_503", (await fixture.VerifyAsync()).Fault);
        Assert.Equal("circuit_open", (await fixture.VerifyAsync()).Fault);
    }

    [Fact]
    public async Task C19_RefusalsInARow_DoNotOpenTheCircuit()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Says("""{"success":false}""");
        for (var refusal = 0; refusal < 3 * CircuitBreaker.Failures; refusal++)
        {
            Assert.Equal(default, await fixture.VerifyAsync());
        }

        fixture.Fake.Says(fixture.Yes());
        Assert.True((await fixture.VerifyAsync()).IsSolved);
    }

    [Fact]
    public async Task C19_ManyAtOnce_ReachTheServiceUpToTheCapAndTheOthersAreFaults()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        var release = new TaskCompletionSource();
        var yes = fixture.Yes();
        fixture.Fake.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync(yes);
        };
        var first = Enumerable.Range(0, SiteVerifyClient.MaxCalls).Select(_ => fixture.VerifyAsync()).ToArray();
        await Eventually.TrueAsync(() => fixture.Fake.Calls.Count == SiteVerifyClient.MaxCalls);
        fixture.Clock.Advance(SiteVerifyClient.Timeout / 2);
        var waiting = Enumerable.Range(0, 8).Select(_ => fixture.VerifyAsync()).ToArray();
        Assert.All(waiting, verdict => Assert.False(verdict.IsCompleted));
        Assert.Equal(SiteVerifyClient.MaxCalls, fixture.Fake.Calls.Count);
        release.SetResult();
        Assert.All(await Task.WhenAll([.. first, .. waiting]), verdict => Assert.True(verdict.IsSolved));
    }

    [Fact]
    public async Task C19_WaitingForAPlace_EndsAtTheTimeout()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Answer = FakeSiteVerify.HangAsync;
        var verdicts = Enumerable.Range(0, SiteVerifyClient.MaxCalls + 1).Select(_ => fixture.VerifyAsync()).ToArray();
        await Eventually.TrueAsync(() => fixture.Fake.Calls.Count == SiteVerifyClient.MaxCalls);
        fixture.Clock.Advance(SiteVerifyClient.Timeout);
        var faults = (await Task.WhenAll(verdicts)).Select(verdict => verdict.Fault).ToArray();
        Assert.All(faults, fault => Assert.Contains(fault, new[] { "timeout", "busy", "circuit_open" }));
        Assert.InRange(faults.Count(fault => fault == "timeout"), SiteVerifyClient.MaxCalls, SiteVerifyClient.MaxCalls + 1);
    }

    [Fact]
    public async Task Verify_WhenVisitorsLeave_EndsAndDoesNotBlameTheService()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Answer = FakeSiteVerify.HangAsync;
        for (var visitor = 1; visitor <= 2 * CircuitBreaker.Failures; visitor++)
        {
            using var gone = new CancellationTokenSource();
            var verdict = VerifyAsync(fixture, gone.Token, gone.Token);
            await Eventually.TrueAsync(() => fixture.Fake.Calls.Count == visitor);
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verdict);
        }

        fixture.Fake.Says(fixture.Yes());
        Assert.True((await fixture.VerifyAsync()).IsSolved);
    }

    [Fact]
    public async Task C19_WhenTheCallersDeadlinePassesFirst_TheServiceIsBlamed()
    {
        await using var fixture = await SiteVerifyFixture.StartAsync();
        fixture.Fake.Answer = FakeSiteVerify.HangAsync;
        for (var failure = 1; failure <= CircuitBreaker.Failures; failure++)
        {
            using var deadline = new CancellationTokenSource();
            var verdict = VerifyAsync(fixture, CancellationToken.None, deadline.Token, Client(failure));
            await Eventually.TrueAsync(() => fixture.Fake.Calls.Count == failure);
            await deadline.CancelAsync();
            Assert.Equal("timeout", (await verdict).Fault);
        }

        Assert.Equal("circuit_open", (await fixture.VerifyAsync()).Fault);
    }

    private static IPAddress Client(int number) => new([192, 0, 2, (byte)number]);

    private static Task<CaptchaVerdict> VerifyAsync(
        SiteVerifyFixture fixture, CancellationToken visitorGone, CancellationToken deadline, IPAddress? client = null) =>
        fixture.Provider.VerifyAsync(
            new CaptchaContext(new DefaultHttpContext { RequestAborted = visitorGone }, ClientKey.Of(client), SiteVerifyFixture.Host, "bouncer_default", 1), "a-token", deadline).AsTask();
}

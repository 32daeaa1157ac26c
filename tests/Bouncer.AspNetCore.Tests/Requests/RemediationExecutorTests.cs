using System.Net;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>Which handler carries out what, what hooks may do, and what happens when one fails.</summary>
public sealed class RemediationExecutorTests
{
    private static readonly Remediation Tarpit = new("tarpit");

    [Fact]
    public async Task AddRemediation_OwnHandlerContinues_RequestReachesTheApplicationUnmarked()
    {
        await using var site = await TestSite.StartAsync(b => b.AddRemediation<PassingHandler>(Tarpit, 150), decisions: lapi => lapi.Decide(TestSite.Clean, Tarpit));
        using var remediations = site.App.Services.Collect("bouncer.remediations");
        using var answer = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("yes", Assert.Single(answer.Headers.GetValues("X-Tarpit")));
        Assert.False(answer.Headers.Contains("Cache-Control"));
        Assert.False(answer.Headers.Contains("Surrogate-Control"));
        Assert.False(answer.Headers.Contains("X-Content-Type-Options"));
        Assert.Equal(
            [("bouncer.remediation=tarpit bouncer.origin=cscli bouncer.policy=default bouncer.outcome=continued", 1)],
            remediations.Counts);
    }

    [Fact]
    public async Task AddRemediation_OwnHandlerContinues_HeadersOfEarlierMiddlewareStay()
    {
        await using var site = await TestSite.StartAsync(
            b => b.AddRemediation<PassingHandler>(Tarpit, 150),
            decisions: lapi => lapi.Decide(TestSite.Clean, Tarpit),
            pipeline: app =>
            {
                app.Use((context, next) =>
                {
                    context.Response.Headers.XContentTypeOptions = "nosniff";
                    context.Response.Headers["Referrer-Policy"] = "same-origin";
                    context.Response.Headers.CacheControl = "max-age=60";
                    return next(context);
                });
                TestSite.DefaultPipeline(app);
            });
        using var answer = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("max-age=60", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task AddRemediation_HandlerThatWritesNothing_StillRefuses()
    {
        await using var site = await TestSite.StartAsync(b => b.AddRemediation<SilentHandler>(Tarpit, 150), decisions: lapi => lapi.Decide(TestSite.Clean, Tarpit));
        using var answer = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal(0, site.Reached);
    }

    [Fact]
    public async Task AddRemediation_NameOfBuiltIn_ReplacesItsHandler()
    {
        await using var site = await TestSite.StartAsync(b => b.AddRemediation<PassingHandler>(Remediation.Ban, 1000));
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal("yes", Assert.Single(answer.Headers.GetValues("X-Tarpit")));
    }

    [Theory]
    [InlineData("ban", false, 403)]
    [InlineData("none", false, 200)]
    [InlineData("ban", true, 403)]
    [InlineData("none", true, 200)]
    public async Task RemediationWithoutHandler_TakesTheFallback(string fallback, bool isDefined, int status)
    {
        var polka = new Remediation("polka");
        await using var site = await TestSite.StartAsync(
            b => (isDefined ? b.DefineRemediation(polka, 150) : b).Services.Configure<BouncerOptions>(o => o.FallbackRemediation = fallback),
            decisions: lapi => lapi.Decide(TestSite.Clean, polka));
        using var answer = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task HandlerThrows_RequestIsRefusedAndLoggedWithoutAddress()
    {
        await using var site = await TestSite.StartAsync(b => b.AddRemediation<ThrowingHandler>(Tarpit, 150), decisions: lapi => lapi.Decide(TestSite.Clean, Tarpit));
        using var remediations = site.App.Services.Collect("bouncer.remediations");
        using var answer = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.False(answer.Headers.Contains("X-Half"));
        Assert.Empty(await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, site.Reached);
        Assert.Equal(1, site.Logs.Count(EventIds.RemediationFailed));
        await Eventually.TrueAsync(() => remediations.Counts.Length > 0);
        Assert.Contains("bouncer.outcome=handler_error", Assert.Single(remediations.Counts).Tags, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnRemediating_SetsNone_RequestPasses()
    {
        await using var site = await TestSite.StartAsync(b => b.ConfigureHttp(o => o.OnRemediating = async _ =>
        {
            await Task.Yield();
            return Remediation.None;
        }));
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task OnRemediating_Throws_RequestIsRefused()
    {
        await using var site = await TestSite.StartAsync(b => b.ConfigureHttp(o => o.OnRemediating = _ => throw new InvalidOperationException()));
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(0, site.Reached);
    }

    [Fact]
    public async Task OnRemediated_SeesWhatWasDone_AndItsFailureChangesNothing()
    {
        var seen = new List<string>();
        await using var site = await TestSite.StartAsync(b => b.ConfigureHttp(o => o.OnRemediated = (context, result) =>
        {
            seen.Add($"{context.Remediation} {result} {context.Verdict.Decision?.Origin} {context.HttpContext.Response.StatusCode}");
            throw new InvalidOperationException();
        }));
        using var answer = await site.GetAsync("/", TestSite.Banned);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        await Eventually.TrueAsync(() => site.Logs.Count(EventIds.ObserverFailed) == 1);
        Assert.Equal(["ban Handled cscli 403"], seen);
    }

    [Fact]
    public async Task Refusals_AreLoggedAtDebugAndWithoutAddress()
    {
        await using var site = await TestSite.StartAsync();
        using var answer = await site.GetAsync("/secret-path", TestSite.Banned);
        await Eventually.TrueAsync(() => site.Logs.Count(EventIds.Remediated) > 0);
        var line = Assert.Single(site.Logs.Lines, line => line.Id == EventIds.Remediated);
        Assert.Equal(LogLevel.Debug, line.Level);
        Assert.DoesNotContain(site.Logs.Lines, each => each.Text.Contains("192.0.2", StringComparison.Ordinal) || each.Text.Contains("secret", StringComparison.Ordinal));
    }

    private sealed class PassingHandler : IRemediationHandler
    {
        public async ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            await Task.Yield();
            context.HttpContext.Response.Headers["X-Tarpit"] = "yes";
            return RemediationResult.Continue;
        }
    }

    private sealed class SilentHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context) => default;
    }

    private sealed class ThrowingHandler : IRemediationHandler
    {
        public ValueTask<RemediationResult> HandleAsync(RemediationContext context)
        {
            context.HttpContext.Response.Headers["X-Half"] = "done";
            throw new InvalidOperationException("broken");
        }
    }
}

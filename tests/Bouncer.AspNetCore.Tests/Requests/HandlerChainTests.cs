using System.Net;
using Bouncer.AspNetCore.Tests.Fakes;
using Bouncer.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>Handlers that hand a request over to each other.</summary>
public sealed class HandlerChainTests
{
    private const string Suspect = "192.0.2.10";

    private static readonly Remediation One = new("one");
    private static readonly Remediation Two = new("two");

    /// <summary>A captcha of the application's own asks for a second factor, which asks anonymous clients for a captcha.</summary>
    [Fact]
    public async Task OwnCaptcha_ThatAsksForASecondFactor_EndsInABan()
    {
        await using var site = await TestSite.StartAsync(
            bouncer => bouncer.AddRemediation(Remediation.Captcha, 200, context => context.HandleAsAsync(Remediation.Mfa)),
            decisions: lapi => lapi.Decide(Suspect, Remediation.Captcha));
        await IsRefusedAsync(site, "Access denied");
    }

    [Fact]
    public async Task TwoOwnHandlers_ThatHandOverToEachOther_EndInABan()
    {
        await using var site = await TestSite.StartAsync(
            bouncer => bouncer
                .AddRemediation(One, 200, context => context.HandleAsAsync(Two))
                .AddRemediation(Two, 201, context => context.HandleAsAsync(One)),
            decisions: lapi => lapi.Decide(Suspect, One));
        await IsRefusedAsync(site, "Access denied");
    }

    [Fact]
    public async Task AnOwnBan_ThatHandsOverInACircle_EndsInAnEmptyRefusal()
    {
        await using var site = await TestSite.StartAsync(
            bouncer => bouncer
                .AddRemediation(Remediation.Ban, 300, context => context.HandleAsAsync(Two))
                .AddRemediation(Two, 201, context => context.HandleAsAsync(Remediation.Ban)),
            decisions: lapi => lapi.Decide(Suspect, Remediation.Ban));
        await IsRefusedAsync(site, "");
    }

    [Fact]
    public async Task AHandler_ThatHandsOverOnce_HasTheOthersAnswer()
    {
        await using var site = await TestSite.StartAsync(
            bouncer => bouncer
                .AddRemediation(One, 200, context => context.HandleAsAsync(Two))
                .AddRemediation(Two, 201, async context =>
                {
                    await context.HttpContext.Response.WriteAsync(context.Remediation.Name);
                    return RemediationResult.Handled;
                }),
            decisions: lapi => lapi.Decide(Suspect, One));
        await IsRefusedAsync(site, "two");
    }

    private static async Task IsRefusedAsync(TestSite site, string text)
    {
        using var answer = await site.GetAsync("/", Suspect, "text/html");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(text.Length == 0 ? body.Length == 0 : body.Contains(text, StringComparison.Ordinal), body);
        Assert.Equal(0, site.Reached);
    }
}

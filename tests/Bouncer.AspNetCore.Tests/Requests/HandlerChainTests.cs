using System.Net;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
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
    public Task OwnCaptcha_ThatAsksForASecondFactor_EndsInABan() => RefusesAsync(
        Remediation.Captcha,
        "Access denied",
        bouncer => bouncer.AddRemediation(Remediation.Captcha, 200, context => context.HandleAsAsync(Remediation.Mfa)));

    [Fact]
    public Task TwoOwnHandlers_ThatHandOverToEachOther_EndInABan() => RefusesAsync(
        One,
        "Access denied",
        bouncer => bouncer
            .AddRemediation(One, 200, context => context.HandleAsAsync(Two))
            .AddRemediation(Two, 201, context => context.HandleAsAsync(One)));

    [Fact]
    public Task AnOwnBan_ThatHandsOverInACircle_EndsInAnEmptyRefusal() => RefusesAsync(
        Remediation.Ban,
        "",
        bouncer => bouncer
            .AddRemediation(Remediation.Ban, 300, context => context.HandleAsAsync(Two))
            .AddRemediation(Two, 201, context => context.HandleAsAsync(Remediation.Ban)));

    [Fact]
    public Task AHandler_ThatHandsOverOnce_HasTheOthersAnswer() => RefusesAsync(
        One,
        "two",
        bouncer => bouncer
            .AddRemediation(One, 200, context => context.HandleAsAsync(Two))
            .AddRemediation(Two, 201, async context =>
            {
                await context.HttpContext.Response.WriteAsync(context.Remediation.Name);
                return RemediationResult.Handled;
            }));

    private static async Task RefusesAsync(Remediation decided, string text, Action<IBouncerBuilder> handlers)
    {
        await using var site = await TestSite.StartAsync(handlers, decisions: lapi => lapi.Decide(Suspect, decided));
        using var answer = await site.GetAsync("/", Suspect, "text/html");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.True(text.Length == 0 ? body.Length == 0 : body.Contains(text, StringComparison.Ordinal), body);
        Assert.Equal(0, site.Reached);
    }
}

using System.Net;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Requests;

/// <summary>The application never sees a request for an endpoint of the bouncer.</summary>
public sealed class EndpointResultTests
{
    private const string Suspect = "192.0.2.10";

    [Theory]
    [InlineData(RemediationResult.Continue, "captcha")]
    [InlineData(RemediationResult.Cleared, "captcha")]
    [InlineData(RemediationResult.Continue, "mfa")]
    [InlineData(RemediationResult.Continue, null)]
    [InlineData(RemediationResult.Cleared, null)]
    public async Task Endpoint_ThatReturnsAnotherResult_RefusesAndKeepsTheRequest(RemediationResult result, string? type)
    {
        await using var site = await StartAsync(type, context => new(result));
        using var answer = await site.GetAsync("/.bouncer/own", Suspect);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(0, site.Reached);
    }

    [Theory]
    [InlineData(RemediationResult.Continue)]
    [InlineData(RemediationResult.Cleared)]
    public async Task Endpoint_ThatWroteAndReturnsAnotherResult_IsTheAnswer(RemediationResult result)
    {
        await using var site = await StartAsync("captcha", async context =>
        {
            context.HttpContext.Response.StatusCode = StatusCodes.Status200OK;
            await context.HttpContext.Response.WriteAsync("the page");
            return result;
        });
        using var answer = await site.GetAsync("/.bouncer/own", Suspect);
        Assert.Equal("the page", await answer.Content.ReadAsStringAsync());
        Assert.Equal(0, site.Reached);
    }

    /// <summary>The handler of a throttle lets requests below the rate continue.</summary>
    [Fact]
    public async Task Endpoint_ThatHandsOverToAThrottle_KeepsTheRequest()
    {
        await using var site = await StartAsync("captcha", context => context.HandleAsAsync(Remediation.Throttle));
        using var answer = await site.GetAsync("/.bouncer/own", Suspect);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(0, site.Reached);
    }

    /// <summary>The captcha's own handler has not been called for the request yet.</summary>
    [Fact]
    public async Task Endpoint_ThatHandsOverToTheClientsOwnRemediation_HasItsAnswer()
    {
        await using var site = await StartAsync("captcha", context => context.HandleAsAsync(Remediation.Captcha));
        using var answer = await site.GetAsync("/.bouncer/own", Suspect, "text/html");
        Assert.Contains("id=\"solution\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static Task<TestSite> StartAsync(string? type, Func<RemediationContext, ValueTask<RemediationResult>> handle) => TestSite.StartAsync(
        bouncer => bouncer.AddEndpoint("/own", handle),
        decisions: lapi =>
        {
            if (type is not null)
            {
                lapi.Decide(Suspect, new Remediation(type));
            }
        });
}

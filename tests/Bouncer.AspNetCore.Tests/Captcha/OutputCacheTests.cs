using System.Net;
using Bouncer.AspNetCore.Tests.Fakes;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.Captcha;

/// <summary>ASP.NET Core's output cache in front of the bouncer.</summary>
public sealed class OutputCacheTests
{
    [Fact]
    public async Task C10_OutputCacheInFront_StoresNoTask()
    {
        await using var site = await TestSite.StartAsync(
            pipeline: app =>
            {
                app.UseOutputCache();
                TestSite.DefaultPipeline(app);
            },
            configure: builder => builder.Services.AddOutputCache(options => options.AddBasePolicy(policy => policy.Cache())),
            decisions: lapi => lapi.Decide("192.0.2.10", Remediation.Captcha).Decide("192.0.2.11", Remediation.Captcha));

        var first = await TaskAsync(site, "192.0.2.10");
        Assert.NotEqual(first, await TaskAsync(site, "192.0.2.11"));
        Assert.NotEqual(first, await TaskAsync(site, "192.0.2.10"));

        // What the application answers to others is stored.
        await site.GetAsync("/", TestSite.Clean);
        await site.GetAsync("/", TestSite.Clean);
        Assert.Equal(1, site.Reached);
    }

    private static async Task<string> TaskAsync(TestSite site, string client)
    {
        using var answer = await site.GetAsync("/.bouncer/captcha/challenge", client);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}

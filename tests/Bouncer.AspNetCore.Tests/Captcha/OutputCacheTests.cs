using System.Net;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OutputCaching;
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

    /// <summary>A policy of the application's own stores other statuses too.</summary>
    [Fact]
    public async Task C10_OutputCacheThatStoresEachStatus_StoresNoRefusal()
    {
        await using var site = await TestSite.StartAsync(
            bouncer => bouncer.ConfigureHttp(http => http.OnRemediating = _ => throw new InvalidOperationException()),
            app =>
            {
                app.UseOutputCache();
                TestSite.DefaultPipeline(app);
            },
            builder => builder.Services.AddOutputCache(options => options.AddBasePolicy(new EachStatus())));

        using var refused = await site.GetAsync("/", TestSite.Banned);
        using var clean = await site.GetAsync("/", TestSite.Clean);
        using var stored = await site.GetAsync("/", TestSite.Clean);
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK, 1), (refused.StatusCode, clean.StatusCode, site.Reached));
    }

    private sealed class EachStatus : IOutputCachePolicy
    {
        public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
        {
            context.EnableOutputCaching = context.AllowCacheLookup = context.AllowCacheStorage = true;
            return ValueTask.CompletedTask;
        }

        public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;
    }

    private static async Task<string> TaskAsync(TestSite site, string client)
    {
        using var answer = await site.GetAsync("/.bouncer/captcha/challenge", client);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}

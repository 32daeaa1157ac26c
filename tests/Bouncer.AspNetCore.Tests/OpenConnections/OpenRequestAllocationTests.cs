using System.Net;
using Bouncer.AspNetCore.Hosting;
using Bouncer.AspNetCore.Tests.Engines;
using Bouncer.AspNetCore.Tests.Sites;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.OpenConnections;

/// <summary>Clients without a decision cost no allocation for being watched.</summary>
public sealed class OpenRequestAllocationTests
{
    private const int Requests = 300;

    [Fact]
    public void Request_ClientWithoutDecision_AllocatesNothing()
    {
        var services = new ServiceCollection();
        services.AddIdleBouncer();
        using var provider = services.BuildServiceProvider();
        var middleware = ActivatorUtilities.CreateInstance<BouncerMiddleware>(
            provider, (RequestDelegate)(_ => Task.CompletedTask), new BouncerServices(provider, null));
        var server = new ServerContext();
        server.Http.Connection.RemoteIpAddress = IPAddress.Parse(TestSite.Clean);

        void Serve()
        {
            for (var i = 0; i < 10_000; i++)
            {
                server.Begin(isBanned: false);
                Assert.True(middleware.Invoke(server.Http).IsCompletedSuccessfully);
                Assert.True(server.EndAsync().IsCompletedSuccessfully);
            }
        }

        Serve();
        Assert.Equal(0, AllocatedBytes.Of(Serve));
    }

    /// <summary>With a real server: all that happens between the beginning of the pipeline and the last callback of the request.</summary>
    [Theory]
    [InlineData("/sized")]
    [InlineData("/chunked")]
    [InlineData("/events")]
    public async Task Request_OverKestrel_AllocatesNoMoreThanUnwatched(string path) =>
        Assert.Equal(await AllocatedAsync(path, isWatched: false), await AllocatedAsync(path, isWatched: true));

    private static async Task<long> AllocatedAsync(string path, bool isWatched)
    {
        var least = long.MaxValue;
        await using var site = await TestSite.StartAsync(
            b => b.ConfigureHttp(http => http.Ban.EndOpenConnections = isWatched),
            pipeline: app =>
            {
                app.Use(next => context => Measure(context, next));
                TestSite.DefaultPipeline(app);
                app.Run(AnswerAsync);
            });
        for (var request = 0; request < Requests; request++)
        {
            using var answer = await site.GetAsync(path, TestSite.Clean);
            Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
        }

        Assert.NotEqual(long.MaxValue, least);
        return least;

        Task Measure(HttpContext context, RequestDelegate next)
        {
            var thread = Environment.CurrentManagedThreadId;
            var before = 0L;
            context.Response.OnCompleted(() =>
            {
                // What comes last was registered first, so everything else is over.
                least = thread == Environment.CurrentManagedThreadId ? Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before) : least;
                return Task.CompletedTask;
            });
            before = GC.GetAllocatedBytesForCurrentThread();
            return next(context);
        }
    }

    private static Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/sized")
        {
            context.Response.ContentLength = "hello".Length;
        }
        else if (context.Request.Path == "/events")
        {
            context.Response.ContentType = "text/event-stream";
        }

        return context.Response.WriteAsync("hello");
    }
}

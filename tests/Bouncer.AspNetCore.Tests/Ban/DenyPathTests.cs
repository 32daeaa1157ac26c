using System.Net;
using Bouncer.AspNetCore.Tests.Engines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bouncer.AspNetCore.Tests.Ban;

/// <summary>What a refusal allocates on a real server, where one by hand allocates nothing.</summary>
public sealed class DenyPathTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    /// <summary>A kilobyte. A debug build makes an object of the state of every async method; an optimised one allocates the
    /// decision, what the request is told, and its reference.</summary>
    private const long Limit = 1024;

    private const int Requests = 100;

    [Theory]
    [InlineData(Browser)]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("image/png")]
    [InlineData(null)]
    public async Task Ban_OneRefusal_AllocatesLittle(string? accept) =>
        Assert.InRange(await MeasureAsync(app => app.UseBouncer(), accept), 1, Limit);

    [Fact]
    public async Task Measure_RefusalByHand_AllocatesNothing() =>
        Assert.Equal(0, await MeasureAsync(RefuseInFront, Browser));

    private static async Task<long> MeasureAsync(Action<WebApplication> use, string? accept)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var engine = await RunningEngine.StartAsync(lapi => lapi.Ban("127.0.0.1"));
        builder.Services.AddSingleton(engine.Bouncer).AddBouncerHttp();
        await using var app = builder.Build();
        var allocated = 0L;
        app.Use(next => context =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var task = next(context);
            Assert.True(task.IsCompletedSuccessfully);
            Interlocked.Add(ref allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            return task;
        });
        use(app);
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        await AskAsync(client);
        allocated = 0;
        await AskAsync(client);
        return allocated / Requests;
    }

    private static async Task AskAsync(HttpClient client)
    {
        for (var i = 0; i < Requests; i++)
        {
            using var answer = await client.GetAsync(new Uri("/", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private static void RefuseInFront(WebApplication app)
    {
        app.Run(RefuseByHand);
        app.UseBouncer();
    }

    private static Task RefuseByHand(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}

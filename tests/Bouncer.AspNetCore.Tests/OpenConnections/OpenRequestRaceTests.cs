using System.Net;
using Bouncer.AspNetCore.Enforcement;
using Bouncer.AspNetCore.OpenConnections;
using Bouncer.AspNetCore.Telemetry;
using Bouncer.AspNetCore.Tests.Fakes;
using Bouncer.TestUtils;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bouncer.AspNetCore.Tests.OpenConnections;

/// <summary>Requests that begin and end while others are being ended.</summary>
public sealed class OpenRequestRaceTests
{
    /// <summary>Contexts are used again at once, by clients that are banned and clients that are not, while looks follow each
    /// other without a pause.</summary>
    [Fact]
    public async Task Contexts_UsedAgainDuringLooks_AreNeverEndedForAnother()
    {
        const int Rounds = 100_000;
        await using var services = Services(new FakeBouncer().Ban(TestSite.Banned));
        var requests = services.GetRequiredService<OpenRequests>();
        var sweep = services.GetRequiredService<OpenRequestSweep>();
        var policy = services.GetRequiredService<HttpSettingsSource>().Current.Policies.Default;
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await sweep.RunAsync(CancellationToken.None);
            }
        });
        var served = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var context = new ServerContext();
            for (var round = 0; round < Rounds; round++)
            {
                var isBanned = (round & 1) == 0;
                context.Begin(isBanned);
                requests.Enter(context.Http, new CheckedRequest(policy, IPAddress.Parse(isBanned ? TestSite.Banned : TestSite.Clean), null, default, ShouldBeNamed: false));
                if (round % 1000 == 0)
                {
                    await Task.Yield();
                }

                await context.EndAsync();
            }

            return context;
        })).ToArray();

        var contexts = await Task.WhenAll(served);
        await stop.CancelAsync();
        await looking;
        Assert.Equal(0, contexts.Sum(context => context.Wronged));
        Assert.True(contexts.Sum(context => context.Ended) > 0, "No look met an open request of the banned client.");
        Assert.DoesNotContain(requests.Places.ToArray(), place => place.TryRead(out _, out _));
        Assert.InRange(requests.Places.Length, 1, 64);
    }

    [Fact]
    public async Task Request_OverWhileItIsEnded_WaitsUntilThatIsDone()
    {
        await using var services = Services(new FakeBouncer().Ban(TestSite.Banned));
        var requests = services.GetRequiredService<OpenRequests>();
        using var aborting = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var context = new ServerContext
        {
            OnAbort = () =>
            {
                aborting.Set();
                goOn.Wait(Eventually.DefaultDeadline);
            },
        };
        context.Begin(isBanned: true);
        requests.Enter(context.Http, new CheckedRequest(services.GetRequiredService<HttpSettingsSource>().Current.Policies.Default, IPAddress.Parse(TestSite.Banned), null, default, ShouldBeNamed: false));
        var looking = Task.Run(() => services.GetRequiredService<OpenRequestSweep>().RunAsync(CancellationToken.None));
        Assert.True(aborting.Wait(Eventually.DefaultDeadline));

        var over = context.EndAsync();
        Assert.False(over.IsCompleted);
        goOn.Set();
        await over;
        await looking;
        Assert.Equal(1, context.Ended);
    }

    /// <summary>The client is banned after it was judged and before its request is on the list, and the look that the ban brings
    /// is over by then.</summary>
    [Fact]
    public async Task Ban_BetweenVerdictAndStart_EndsTheRequest()
    {
        var engine = new FakeBouncer();
        TestSite? site = null;
        var judged = false;
        engine.Delay = async () =>
        {
            if (!judged)
            {
                judged = true;
                engine.Ban(TestSite.Clean);
                var requests = site!.App.Services.GetRequiredService<OpenRequests>();
                requests.Changed();
                await Eventually.TrueAsync(() => !requests.Work.TryPeek(out _));
            }
        };
        var aborted = new TaskCompletionSource();
        await using var started = site = await TestSite.StartAsync(engine: engine, pipeline: app =>
        {
            TestSite.DefaultPipeline(app);
            app.Run(async context =>
            {
                using var registration = context.RequestAborted.Register(aborted.SetResult);
                await aborted.Task;
            });
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => site.GetAsync("/", TestSite.Clean));
        await aborted.Task;

        // The line is written when all have been looked at.
        await Eventually.TrueAsync(() => site.Logs.Count(EventIds.ConnectionsEnded) > 0);
        Assert.Equal(1, site.Logs.Count(EventIds.ConnectionsEnded));
    }

    private static ServiceProvider Services(IBouncer bouncer)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddMetrics().AddSingleton(bouncer).AddBouncerHttp();
        return services.BuildServiceProvider();
    }
}
